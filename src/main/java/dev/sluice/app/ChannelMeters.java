package dev.sluice.app;

import dev.sluice.delivery.session.SessionObserver;
import java.util.function.Function;

/** What hears of the sessions that have channels, by their protocol, beside the one that hears of agents. */
record ChannelMeters(Function<String, SessionObserver> sessions) {}
