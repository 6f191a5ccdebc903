/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.schedule;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jamesqmgr.model.TransportName;
import org.jamesqmgr.store.Lanes;

/**
 * Which lanes of the store hold mail that would be refused: each is closed because of some
 * destinations, and opens as soon as one of them has room.
 */
final class ClosedLanes {

    private record Lane(TransportName claimedFor, int number) {}

    private final Map<Lane, Set<DestinationQueue>> causes = new HashMap<>();
    private final Map<DestinationQueue, Set<Lane>> closedBy = new HashMap<>();
    private final Map<TransportName, Set<Integer>> closed = new HashMap<>();
    private final Map<TransportName, Lanes> shown = new HashMap<>();

    void close(TransportName claimedFor, int number, Set<DestinationQueue> destinations) {
        Lane lane = new Lane(claimedFor, number);
        causes.computeIfAbsent(lane, none -> new HashSet<>()).addAll(destinations);
        destinations.forEach(
                cause -> closedBy.computeIfAbsent(cause, none -> new HashSet<>()).add(lane));
        closed.computeIfAbsent(claimedFor, none -> new HashSet<>()).add(number);
        shown.remove(claimedFor);
    }

    /** Whether some lane is closed because of this destination. */
    boolean closedBy(DestinationQueue destination) {
        return !closedBy.isEmpty() && closedBy.containsKey(destination);
    }

    void open(DestinationQueue destination) {
        Set<Lane> lanes = closedBy.remove(destination);
        if (lanes != null) {
            lanes.forEach(this::open);
        }
    }

    void openAll() {
        causes.clear();
        closedBy.clear();
        closed.clear();
        shown.clear();
    }

    Lanes of(TransportName claimedFor) {
        return shown.computeIfAbsent(
                claimedFor, name -> new Lanes(closed.getOrDefault(name, Set.of())));
    }

    private void open(Lane lane) {
        for (DestinationQueue cause : causes.remove(lane)) {
            closedBy.computeIfPresent(cause, (same, lanes) -> without(lanes, lane));
        }
        closed.get(lane.claimedFor()).remove(lane.number());
        shown.remove(lane.claimedFor());
    }

    /** Null for none, as the map wants it. */
    private static Set<Lane> without(Set<Lane> lanes, Lane lane) {
        lanes.remove(lane);
        return lanes.isEmpty() ? null : lanes;
    }
}
