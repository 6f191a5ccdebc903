/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import java.time.Duration;

/** A short life of a store in which everything happens at least once. */
final class Scenario {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Customer customer;

    private Scenario(Customer customer) {
        this.customer = customer;
    }

    static void run(Customer customer) {
        new Scenario(customer).run();
    }

    /** The same, each message being written to a file as soon as it is accepted. */
    static void runInFiles(Customer customer) {
        customer.wantsFiles();
        run(customer);
    }

    private void run() {
        customer.open();
        mailComes();
        consumersWork();
        operatorsInterfere();
        customer.close();
        customer.open();
        mailComesAgain();
        customer.giveBackAll();
        mailGoesOn();
    }

    /** A store is opened on deferred mail that it learns of only while it is in use. */
    static void deepBacklog(Customer customer) {
        customer.open();
        for (int mail = 0; mail < 6; mail++) {
            customer.accept(mail * 10);
        }
        for (int mail = 0; mail < 6; mail++) {
            customer.claim();
            customer.begin(mail);
        }
        for (int mail = 0; mail < 5; mail++) {
            customer.defer(0, MINUTE);
        }
        customer.hold(0);
        customer.close();
        new Scenario(customer).learnsOfBacklog();
    }

    private void learnsOfBacklog() {
        customer.openDeep();
        customer.hold(1);
        customer.flush(2);
        customer.claim();
        customer.begin(0);
        customer.defer(0, MINUTE);
        customer.remove(3);
        customer.release(0);
        customer.passes(MINUTE);
        customer.load();
        customer.look();
        customer.claim();
        customer.begin(0);
        customer.complete(0);
        customer.close();
        customer.openDeep();
        customer.look();
        customer.load();
        customer.passes(MINUTE);
        customer.claim();
        customer.begin(0);
        customer.defer(0, MINUTE);
    }

    private void mailComes() {
        customer.accept(0);
        customer.accept(200);
        customer.acceptDelayed(MINUTE);
        customer.acceptUrgent();
        customer.accept(35_000);
        customer.acceptDelayed(MINUTE.multipliedBy(60));
    }

    private void consumersWork() {
        for (int i = 0; i < 4; i++) {
            customer.passes(SECOND);
            customer.claim();
        }
        customer.begin(0);
        customer.begin(1);
        customer.begin(2);
        customer.replaceEnvelope(1);
        customer.record(0);
        customer.record(1);
        customer.report(0);
        customer.defer(0, MINUTE);
        customer.complete(0);
        customer.reschedule(0, MINUTE);
        customer.holdAtWork(0);
        customer.look();
        customer.passes(MINUTE);
        customer.claim();
        customer.begin(0);
        customer.record(2);
        customer.replaceEnvelope(0);
        customer.record(0);
        customer.replaceEnvelope(0);
        customer.giveBack(0);
    }

    /** A pipeline makes other messages of what it is given, which are worked on in its place. */
    private void mailGoesOn() {
        customer.accept(100);
        customer.accept(0);
        customer.accept(300);
        for (int i = 0; i < 4; i++) {
            customer.claim();
        }
        customer.begin(0);
        customer.record(1);
        customer.goOn(1);
        customer.begin(1);
        customer.goOn(0);
        customer.begin(0);
        customer.record(0);
        customer.defer(0, Duration.ZERO);
        customer.record(3);
        customer.replaceEnvelope(0);
        customer.record(2);
        customer.goOn(2);
        customer.holdAtWork(2);
        customer.claim();
        customer.giveBack(0);
        customer.hold(5);
        customer.look();
        customer.claim();
        customer.begin(1);
        customer.goOn(1);
        customer.record(1);
        customer.complete(0);
    }

    private void operatorsInterfere() {
        customer.hold(0);
        customer.hold(1);
        customer.flush(2);
        customer.flush(3);
        customer.flush(4);
        customer.release(0);
        customer.hold(2);
        customer.remove(1);
        customer.remove(3);
        customer.look();
    }

    private void mailComesAgain() {
        customer.accept(10);
        customer.claim();
        customer.begin(0);
        customer.claim();
        customer.begin(1);
        customer.complete(1);
        customer.record(0);
        customer.defer(0, Duration.ZERO);
        customer.claim();
        customer.begin(0);
        customer.record(2);
        customer.report(0);
    }
}
