package dev.sluice.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.v1.CloudEventBuilder;
import io.cloudevents.jackson.JsonCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * Makes events of this gateway, and writes them in structured mode: one JSON object with everything in it. An event has
 * its id and time from the moment it is made, so every try to deliver it is the same event. Any thread.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">CloudEvents 1.0.2,
 *     JSON format</a>
 */
public final class CloudEventWriter {
    /** What a request says that carries one. */
    public static final String CONTENT_TYPE = "application/cloudevents+json; charset=utf-8";

    private static final JsonFormat FORMAT = new JsonFormat();

    private final URI source;
    private final InstantSource clock;

    /** @param source what tells this gateway from others: its public URL, or a name that is no address */
    public CloudEventWriter(URI source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Something that happened to {@code subject}, told as JSON. */
    public CloudEvent event(String type, String subject, JsonNode data) {
        return begin(type, subject)
                .withDataContentType("application/json")
                .withData(JsonCloudEventData.wrap(data))
                .build();
    }

    /** The same with bytes of any kind; what is no JSON is carried as {@code data_base64}. */
    public CloudEvent event(String type, String subject, String contentType, byte[] data) {
        return begin(type, subject)
                .withDataContentType(contentType)
                .withData(data)
                .build();
    }

    private CloudEventBuilder begin(String type, String subject) {
        return new CloudEventBuilder()
                .withId(UUID.randomUUID().toString())
                .withSource(source)
                .withType(type)
                .withSubject(subject)
                .withTime(clock.instant().atOffset(ZoneOffset.UTC));
    }

    /** The event as the body of a request. */
    public static byte[] write(CloudEvent event) {
        return FORMAT.serialize(event);
    }
}
