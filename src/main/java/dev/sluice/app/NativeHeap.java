package dev.sluice.app;

import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jboss.logging.Logger;

/**
 * Gives free native memory back to the system now and then. The JVM's compilers take tens of megabytes while a process
 * warms up, and again after each wave of something new; glibc keeps them when they are free, on each thread's own heap,
 * for good.
 *
 * <p>From JDK 21 on {@code -XX:TrimNativeHeapInterval} does the same; before, the JVM has it as a diagnostic command. On a
 * JVM without that (other than HotSpot on glibc) nothing happens.
 *
 * @see <a href="https://bugs.openjdk.org/browse/JDK-8268893">JDK-8268893</a>
 */
final class NativeHeap {
    private static final Logger LOG = Logger.getLogger(NativeHeap.class);
    private static final long EVERY_MILLIS = Duration.ofMinutes(5).toMillis();
    private static final String COMMANDS = "com.sun.management:type=DiagnosticCommand";
    private static final String TRIM = "systemTrimNativeHeap";

    private NativeHeap() {}

    /** Trims it from now on, on a worker: it walks all that is free, which takes some milliseconds. */
    static void keepTrimmed(Vertx vertx) {
        vertx.setPeriodic(EVERY_MILLIS, timer -> vertx.executeBlocking(NativeHeap::trim, false)
                .onSuccess(LOG::debug)
                .onFailure(unknown -> {
                    LOG.debugf("native memory is not trimmed [cause: %s]", unknown.toString());
                    vertx.cancelTimer(timer);
                }));
    }

    /** What came of it, in the JVM's words. */
    static Object trim() throws JMException {
        return ManagementFactory.getPlatformMBeanServer()
                .invoke(new ObjectName(COMMANDS), TRIM, new Object[0], new String[0]);
    }
}
