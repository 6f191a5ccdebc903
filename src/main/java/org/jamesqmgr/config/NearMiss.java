/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.config;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/** Guesses which name was meant by one that does not exist. */
final class NearMiss {
    /** Found by trying: below it the guesses are no help. */
    private static final double LEAST_LIKENESS = 0.6;

    /** No name is that long, and likeness takes time in the square of the length. */
    private static final int LONGEST_NAME = 100;

    private NearMiss() {}

    /** The candidates most like {@code name}, several if they are equally like it, none if nothing is like it. */
    static List<String> of(String name, Collection<String> candidates) {
        if (name.length() > LONGEST_NAME) {
            return List.of();
        }
        String typed = inParameterStyle(name);
        TreeMap<Double, List<String>> byLikeness =
                candidates.stream()
                        .collect(
                                groupingBy(
                                        candidate -> likeness(typed, candidate),
                                        TreeMap::new,
                                        toList()));
        return byLikeness.tailMap(LEAST_LIKENESS).isEmpty()
                ? List.of()
                : byLikeness.lastEntry().getValue();
    }

    /** From {@code QueueRunDelay}, {@code queue-run-delay}, {@code QUEUE.RUN.DELAY}: {@code queue_run_delay}. */
    private static String inParameterStyle(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])|[-.\\s]+", "_").toLowerCase(Locale.ROOT);
    }

    private static double likeness(String typed, String candidate) {
        return Math.max(
                likenessOfBeginning(typed, candidate),
                Math.max(likenessOfLetters(typed, candidate), likenessOfWords(typed, candidate)));
    }

    /** For a name cut short, if half of it is there: what is missing counts half. */
    private static double likenessOfBeginning(String typed, String candidate) {
        double share = (double) typed.length() / candidate.length();
        return candidate.startsWith(typed) && share >= 0.5 ? (1 + share) / 2 : 0;
    }

    private static double likenessOfLetters(String typed, String candidate) {
        int longer = Math.max(typed.length(), candidate.length());
        return 1 - (double) editDistance(typed, candidate) / longer;
    }

    /** For a word left out, added, or in another place: twice the words in common by all words. */
    private static double likenessOfWords(String typed, String candidate) {
        Set<String> typedWords = words(typed);
        Set<String> candidateWords = words(candidate);
        int all = typedWords.size() + candidateWords.size();
        typedWords.retainAll(candidateWords);
        return 2.0 * typedWords.size() / all;
    }

    private static Set<String> words(String name) {
        return new HashSet<>(Arrays.asList(name.split("_", -1)));
    }

    /** Levenshtein's distance, keeping one row of the table. */
    private static int editDistance(String from, String to) {
        int[] row = new int[to.length() + 1];
        Arrays.setAll(row, column -> column);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
