package dev.sluice.status;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.delivery.channel.HistoryPage;
import dev.sluice.delivery.channel.Member;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.channel.Watermark;
import dev.sluice.delivery.session.SessionId;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;

/** Remembers what is published; nobody joins. */
final class HeardBroker implements Broker {
    final List<String> said = new ArrayList<>();

    @Override
    public Uni<List<StreamPosition>> publish(List<NewPublication> batch) {
        batch.forEach(one ->
                said.add(one.channel() + " " + one.event() + " " + one.data().asString()));
        return Uni.createFrom()
                .item(batch.stream().map(one -> new StreamPosition("e", 1)).toList());
    }

    @Override
    public void join(ChannelName channel, Hub hub) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void leave(ChannelName channel, Hub hub) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<HistoryPage> history(ChannelName channel, long afterOffset, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<HistoryPage> historyAfter(ChannelName channel, Watermark mark, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<List<Head>> channels(String after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<StreamPosition> head(ChannelName channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<List<Member>> enter(ChannelName channel, SessionId session, Member member) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void exit(ChannelName channel, SessionId session) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Uni<List<Member>> members(ChannelName channel) {
        throw new UnsupportedOperationException();
    }
}
