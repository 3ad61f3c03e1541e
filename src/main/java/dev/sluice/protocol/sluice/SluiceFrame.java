package dev.sluice.protocol.sluice;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One frame of a client.
 *
 * @param requestId what the answer has to repeat; null where the client named none
 * @param payload the object named so, or the frame itself where a client wrote its fields beside the type
 */
public record SluiceFrame(String type, @Nullable String requestId, JsonNode payload) {}
