package dev.sluice.protocol.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.delivery.channel.Gap;
import dev.sluice.delivery.channel.Member;
import dev.sluice.delivery.channel.PresenceChange;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.channel.Subscribed;
import java.io.IOException;

/** What channels say of themselves, as the fields of an object that is already open. Pure; any thread. */
public final class ChannelFields {
    private ChannelFields() {}

    public static void writePlace(JsonGenerator out, StreamPosition place) throws IOException {
        out.writeStringField("epoch", place.epoch());
        out.writeNumberField("offset", place.offset());
    }

    public static void writeSubscribed(JsonGenerator out, Subscribed subscribed) throws IOException {
        out.writeStringField("channel", subscribed.channel().value());
        writePlace(out, subscribed.place());
        out.writeBooleanField("recovered", subscribed.recovered());
    }

    public static void writeGap(JsonGenerator out, Gap gap) throws IOException {
        out.writeStringField("channel", gap.channel().value());
        out.writeStringField("epoch", gap.epoch());
        out.writeNumberField("from", gap.from());
        out.writeNumberField("to", gap.to());
    }

    public static void writePresence(JsonGenerator out, PresenceChange change) throws IOException {
        out.writeStringField("channel", change.channel().value());
        out.writeStringField("action", change.action().wire());
        out.writeArrayFieldStart("members");
        for (Member member : change.members()) {
            writeMember(out, member);
        }
        out.writeEndArray();
    }

    private static void writeMember(JsonGenerator out, Member member) throws IOException {
        out.writeStartObject();
        out.writeStringField("client_id", member.clientId());
        if (member.info() != null) {
            out.writeFieldName("info");
            out.writeRawValue(member.info().asString());
        }
        if (member.transport() != null) {
            out.writeStringField("transport", member.transport().wire());
        }
        out.writeStringField("since", member.since().toString());
        out.writeEndObject();
    }
}
