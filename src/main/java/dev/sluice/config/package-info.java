/**
 * The typed configuration, and the sources that flags come from. Imports {@code core}, {@code rollout}, MicroProfile
 * Config and SmallRye's mapping.
 *
 * <p>Starting points: {@link dev.sluice.config.SluiceConfig} (every key there is).
 */
@NullMarked
package dev.sluice.config;

import org.jspecify.annotations.NullMarked;
