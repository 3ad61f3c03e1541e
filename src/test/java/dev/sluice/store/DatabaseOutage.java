package dev.sluice.store;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a field {@code Supplier<AutoCloseable>} of a test: takes the shared database away and, on close, brings it back on
 * the same port.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface DatabaseOutage {}
