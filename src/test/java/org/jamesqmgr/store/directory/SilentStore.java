/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store.directory;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Keeps the store from logging each of the thousands of faults that a test prepares for it. */
final class SilentStore implements BeforeAllCallback, AfterAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        begin();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end();
    }

    static void begin() {
        logger().setLevel(Level.OFF);
    }

    static void end() {
        logger().setLevel(null);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(SilentStore.class.getPackageName());
    }
}
