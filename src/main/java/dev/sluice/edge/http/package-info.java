/**
 * What every URL shares: who may call it, its body, its answer, its errors. Imports {@code identity}, {@code core},
 * Vert.x and Jackson.
 *
 * <p>Starting points: {@link dev.sluice.edge.http.Endpoint} (one URL), {@link dev.sluice.edge.http.FrontDoor} (all of
 * them), {@link dev.sluice.edge.http.Problems} (the one renderer of errors).
 */
@NullMarked
package dev.sluice.edge.http;

import org.jspecify.annotations.NullMarked;
