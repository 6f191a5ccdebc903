/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import java.time.Duration;

/**
 * Where the shared store is. Of no interest to a server with a store of its own.
 *
 * @param url as the broker's client reads it
 * @param user empty for a broker that does not ask
 * @param passwordFile as a James URL, or empty; not resolved, not read
 * @param prefix of the queues' names
 * @param timeout how long it may take for an answer
 */
public record BrokerSettings(
        String url, String user, String passwordFile, String prefix, Duration timeout) {}
