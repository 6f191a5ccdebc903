/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.mailets;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Stands before a part of the server and fails in its place for as long as a file exists. */
public final class DownWhile {

    private DownWhile() {}

    /** The part, as long as the file does not exist. */
    static <T> T exists(Path file, Class<T> type, T real, Supplier<Exception> failure) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            if (Files.exists(file)) {
                                throw failure.get();
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }
}
