/* SPDX-License-Identifier: Apache-2.0 */
/**
 * How fast messages get in and out again: the directory store beside the least work that could make
 * a message safe, and James's mail queue on it beside James's own on ActiveMQ. {@link
 * org.jamesqmgr.benchmark.Benchmarks} runs them all in one go.
 */
package org.jamesqmgr.benchmark;
