/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.apache.james.utils.UpdatableTickingClock;
import org.jamesqmgr.model.QueuedMessage;
import org.jamesqmgr.store.MessageStoreException;
import org.jamesqmgr.store.directory.Audit.End;
import org.jamesqmgr.store.directory.FaultyFileOperations.Fault;
import org.jamesqmgr.store.directory.FaultyFileOperations.Outcome;
import org.jamesqmgr.store.directory.FaultyFileOperations.ProcessKilled;

/**
 * The same story of a store told again and again, each time with something going wrong at another
 * operation on files.
 *
 * @param quirk what is wrong with the store's own use of files; nothing, for a real store
 * @param story what its customer does
 */
record Trial(UnaryOperator<FileOperations> quirk, Consumer<Customer> story) {

    static Trial of(Consumer<Customer> story) {
        return new Trial(UnaryOperator.identity(), story);
    }

    /** One telling of the story. */
    @FunctionalInterface
    interface Telling {
        /** The breaches when something goes wrong at that operation. */
        List<String> breaches(int operation);
    }

    /** Goes wrong at the first operation, then at the second, and so on; collects the breaches. */
    List<String> sweep(Telling telling) {
        List<String> breaches = new ArrayList<>();
        int operations = operations();
        for (int n = 1; n <= operations; n++) {
            int number = n;
            telling.breaches(n).forEach(breach -> breaches.add("at " + number + ": " + breach));
        }
        return breaches;
    }

    /** How many operations the story takes when nothing goes wrong. */
    int operations() {
        Run run = new Run(Fault.NONE);
        run.tell();
        assertThat(run.customer.failures()).isZero();
        return run.files.operations();
    }

    /** Operations fail; then the server is stopped, the disk repaired, the server started. */
    List<String> afterFailing(Fault fault) {
        Run run = new Run(fault);
        run.tell();
        run.customer.close();
        return run.audit(run.disk, End.STOP).afterReboot();
    }

    /** Operations fail; then the disk is repaired under the running server. */
    List<String> whileRunning(Fault fault) {
        Run run = new Run(fault);
        run.tell();
        run.files.heal();
        run.customer.load();
        run.customer.giveBackAll();
        return run.customer
                .store()
                .map(store -> run.audit(run.disk, End.NONE).whileRunning(store))
                .orElse(List.of());
    }

    List<String> afterKill(int operation, Outcome outcome) {
        Run run = new Run(Fault.once(operation, outcome));
        run.tell();
        return run.audit(run.disk.afterKill(), End.KILL).afterReboot();
    }

    List<String> afterPowerCut(
            int operation, Outcome outcome, End end, IntUnaryOperator survivors) {
        Run run = new Run(Fault.once(operation, outcome));
        run.tell();
        return run.audit(run.disk.afterPowerCut(survivors), end).afterReboot();
    }

    /** The story is told to its end and the server stopped; then the power fails. */
    List<String> afterStopAndPowerCut() {
        Run run = new Run(Fault.NONE);
        run.tell();
        run.customer.close();
        return run.audit(run.disk.afterPowerCut(MemoryDisk.NOTHING_MORE), End.POWER_CUT_AFTER_STOP)
                .afterReboot();
    }

    /** Killed, and killed again at that operation of the recovery; then the power fails as well. */
    List<String> afterPowerCutInRecovery(int operation, int recoveryOperation) {
        Run run = new Run(Fault.once(operation, Outcome.DIES));
        run.tell();
        MemoryDisk disk = run.disk.afterKill();
        run.recover(disk, recoveryOperation);
        return run.audit(disk.afterPowerCut(MemoryDisk.NOTHING_MORE), End.POWER_CUT).afterReboot();
    }

    /** Killed, and killed again at that operation of the recovery. */
    List<String> afterKillInRecovery(int operation, int recoveryOperation) {
        Run run = new Run(Fault.once(operation, Outcome.DIES));
        run.tell();
        MemoryDisk disk = run.disk.afterKill();
        run.recover(disk, recoveryOperation);
        return run.audit(disk.afterKill(), End.KILL).afterReboot();
    }

    /** What the recovery after a kill makes of the messages, itself killed at that operation or not. */
    List<String> recovered(int operation, OptionalInt recoveryOperation)
            throws MessageStoreException {
        Run run = new Run(Fault.once(operation, Outcome.DIES));
        run.tell();
        MemoryDisk disk = run.disk.afterKill();
        recoveryOperation.ifPresent(number -> run.recover(disk, number));
        return run.list(disk.afterKill());
    }

    /** How many operations the recovery after a kill takes. */
    int recoveryOperations(int operation) {
        Run run = new Run(Fault.once(operation, Outcome.DIES));
        run.tell();
        return run.recover(run.disk.afterKill(), Integer.MAX_VALUE);
    }

    private final class Run {
        private final UpdatableTickingClock clock = new UpdatableTickingClock(Customer.START);
        private final MemoryDisk disk = new MemoryDisk(Customer.ROOT, clock);
        private final FaultyFileOperations files;
        private final Customer customer;

        private Run(Fault fault) {
            files = new FaultyFileOperations(disk, fault);
            customer = new Customer(quirk.apply(files), clock);
        }

        private void tell() {
            try {
                story.accept(customer);
            } catch (ProcessKilled e) {
                assertThat(files.dead()).isTrue();
            }
        }

        /** Returns how many operations it took, if it was not killed before its end. */
        private int recover(MemoryDisk left, int operation) {
            FaultyFileOperations recovering =
                    new FaultyFileOperations(left, Fault.once(operation, Outcome.DIES));
            try (DirectoryMessageStore store =
                    DirectoryMessageStore.open(Customer.ROOT, clock, recovering, false)) {
                assertThat(store.counts()).isNotEmpty();
            } catch (ProcessKilled | MessageStoreException e) {
                assertThat(recovering.dead()).isTrue();
            }
            return recovering.operations();
        }

        private List<String> list(MemoryDisk left) throws MessageStoreException {
            try (DirectoryMessageStore store =
                    DirectoryMessageStore.open(Customer.ROOT, clock, left, false)) {
                return store.transports().stream()
                        .flatMap(store::list)
                        .map(Run::withoutId)
                        .sorted()
                        .toList();
            }
        }

        /** Ids differ from one telling to the next. */
        private static String withoutId(QueuedMessage message) {
            return message.toString().replace(message.id().asString(), "");
        }

        private Audit audit(MemoryDisk left, End end) {
            return new Audit(left, clock, customer.promises(), end);
        }
    }
}
