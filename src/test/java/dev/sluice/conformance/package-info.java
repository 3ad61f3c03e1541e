/** The same promises, checked over every transport by models that are not the engine. */
@NullMarked
package dev.sluice.conformance;

import org.jspecify.annotations.NullMarked;
