/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.transport.smtp;

/** {@code smtp_tls_security_level}: how much encryption is asked for. Certificates are not verified. */
public enum TlsSecurityLevel {
    /** Never. */
    NONE,
    /** If the server offers it; in plain text if it does not, or if it fails. */
    MAY,
    /** Not without. */
    ENCRYPT
}
