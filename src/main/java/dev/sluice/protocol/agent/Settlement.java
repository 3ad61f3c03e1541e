package dev.sluice.protocol.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.command.CommandResult;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of a command.
 *
 * @param result null where it only has it and is not done
 */
record Settlement(UUID commandId, @Nullable CommandResult result) {
    static final String ACK = "command_ack";
    static final String RESULT = "command_result";

    /** @throws SluiceException naming the field that is wrong */
    static Settlement read(AgentFrame frame) {
        CommandResult result = frame.type().equals(RESULT) ? ResultReader.read(frame.payload()) : null;
        return new Settlement(commandId(frame), result);
    }

    /** The request id is the command's; agents that put it into the payload are understood as well. */
    private static UUID commandId(AgentFrame frame) {
        String text = frame.requestId();
        if (text == null) {
            JsonNode named = frame.payload().path("command_id");
            text = named.isTextual()
                    ? named.textValue()
                    : frame.payload().path("id").textValue();
        }
        if (text == null) {
            throw SluiceException.missing("request_id");
        }
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw SluiceException.invalid("request_id", "the command's id");
        }
    }
}
