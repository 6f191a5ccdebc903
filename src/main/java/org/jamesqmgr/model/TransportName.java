/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.model;

/**
 * Who drains a message: the name of a James mail queue ({@code spool}, {@code outgoing}) or of a
 * delivery transport ({@code smtp}, {@code local}).
 *
 * @param asString any text James accepts as the name of a queue; never used as a file name
 */
public record TransportName(String asString) implements Comparable<TransportName> {

    public TransportName {
        if (asString.isBlank()) {
            throw new IllegalArgumentException("the name of a transport must not be blank");
        }
    }

    @Override
    public int compareTo(TransportName other) {
        return asString.compareTo(other.asString);
    }

    @Override
    public String toString() {
        return asString;
    }
}
