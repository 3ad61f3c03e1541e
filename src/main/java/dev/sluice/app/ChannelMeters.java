package dev.sluice.app;

import dev.sluice.delivery.session.SessionObserver;

/** What hears of the sessions that have channels, beside the one that hears of agents. */
record ChannelMeters(SessionObserver sessions) {}
