package dev.sluice.protocol.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** This room's one Jackson configuration: plain JSON, bounded depth and lengths as Jackson sets them. */
final class Json {
    static final ObjectMapper MAPPER = JsonMapper.builder().build();
    static final JsonFactory FACTORY = MAPPER.getFactory();

    private Json() {}
}
