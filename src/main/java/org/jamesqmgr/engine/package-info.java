/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The queue manager at work, and the only home of its threads.
 *
 * <p>One thread, {@code qmgr-engine}, owns every scheduling decision; what happens elsewhere reaches
 * it as an event. Claims and deliveries run on one thread per subscription ({@code
 * qmgr-pull-TRANSPORT-n}), so that a slow consumer holds up nobody but itself. Messages are accepted
 * on the thread of whoever submits them. {@code qmgr-notices} sends what the postmaster is told.
 */
package org.jamesqmgr.engine;
