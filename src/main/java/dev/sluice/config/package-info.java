/**
 * From what people wrote to typed values: the configuration tree, and the flags with the layer each came from. Imports
 * {@code core}, the values and ports of the rooms it configures, MicroProfile Config and JBoss Logging.
 *
 * <p>Starting points: {@link dev.sluice.config.SluiceConfig} (every key there is), {@link dev.sluice.config.FlagSources} (flags at start), {@link dev.sluice.config.FlagFileWatcher}
 * (flags while running).
 */
@NullMarked
package dev.sluice.config;

import org.jspecify.annotations.NullMarked;
