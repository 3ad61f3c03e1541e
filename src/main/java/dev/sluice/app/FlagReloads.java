package dev.sluice.app;

import dev.sluice.config.FlagFileWatcher;
import java.util.function.Consumer;

/** Where reloads of the flag file are counted; named, so that the container can tell it from other consumers. */
@FunctionalInterface
interface FlagReloads extends Consumer<FlagFileWatcher.Reload> {}
