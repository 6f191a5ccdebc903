/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.admin.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.james.server.task.json.dto.AdditionalInformationDTO;
import org.apache.james.server.task.json.dto.AdditionalInformationDTOModule;
import org.apache.james.task.TaskExecutionDetails;

/**
 * How far an action on many messages is: how many ended in which way, and the last problem. Is its
 * own JSON.
 *
 * @param query what the messages have in common, as it was asked for
 */
public record TaskDetails(
        @JsonProperty("type") String type,
        @JsonProperty("action") String action,
        @JsonProperty("query") Map<String, List<String>> query,
        @JsonProperty("done") long done,
        @JsonProperty("later") long later,
        @JsonProperty("already") long already,
        @JsonProperty("unknown") long unknown,
        @JsonProperty("busy") long busy,
        @JsonProperty("failed") long failed,
        @JsonProperty("problem") String problem,
        @JsonProperty("timestamp") Instant timestamp)
        implements TaskExecutionDetails.AdditionalInformation, AdditionalInformationDTO {

    /** How James writes and reads it. */
    public static AdditionalInformationDTOModule<TaskDetails, TaskDetails> module() {
        return new AdditionalInformationDTOModule<>(
                (details, type) -> details,
                details -> details,
                TaskDetails.class,
                TaskDetails.class,
                MessagesTask.TYPE.asString());
    }

    @Override
    public String getType() {
        return type;
    }

    @Override
    public Instant getTimestamp() {
        return timestamp;
    }
}
