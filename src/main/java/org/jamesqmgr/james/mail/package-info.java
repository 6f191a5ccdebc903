/* SPDX-License-Identifier: Apache-2.0 */
/**
 * James's mail as an envelope and content, and back, losing nothing: what everything that takes mail
 * from James or gives it to James speaks.
 */
package org.jamesqmgr.james.mail;
