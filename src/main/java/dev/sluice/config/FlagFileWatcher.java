package dev.sluice.config;

import dev.sluice.config.FlagFile.Content;
import dev.sluice.rollout.control.FlagFileResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the flag file again and again and passes on what changed. It reads the content through the path instead of
 * waiting for file system events: those see neither the {@code ..data} link swap of a mounted ConfigMap nor a network
 * file system. A change is passed on once two reads in a row agree, since editors truncate before they write; at the
 * usual interval of half a second it is in force after one second, two at the most.
 *
 * <p>The blocking read happens here and nowhere else, on one daemon thread of its own; {@code sink} and
 * {@code reloads} are called on that thread. {@link #first()} and {@link #start()} are for the thread that starts the
 * gateway, in this order.
 */
public final class FlagFileWatcher implements AutoCloseable {
    /** How often the file is read: two reads and their slack fit into the promised two seconds. */
    public static final Duration INTERVAL = Duration.ofMillis(500);

    private static final Logger LOG = Logger.getLogger(FlagFileWatcher.class);

    /** What became of a changed file; the {@code result} of {@code sluice_config_reloads_total}. */
    public enum Reload {
        ACCEPTED,
        REJECTED
    }

    private final FlagFile file;
    private final Duration interval;
    private final Predicate<FlagFileResult> sink;
    private final Consumer<Reload> reloads;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "sluice-flag-file");
        daemon.setDaemon(true);
        return daemon;
    });

    private Content passedOn = Content.MISSING;
    private @Nullable Content candidate;

    /**
     * @param interval {@link #INTERVAL}, shorter in tests
     * @param sink brings a result into force and says whether it was accepted
     * @param reloads hears once of every changed content, not of a missing file
     */
    public FlagFileWatcher(Path path, Duration interval, Predicate<FlagFileResult> sink, Consumer<Reload> reloads) {
        this.file = new FlagFile(path);
        this.interval = interval;
        this.sink = sink;
        this.reloads = reloads;
    }

    /** Reads the file for the start of the gateway; only what differs from this is a change later on. Blocks. */
    public FlagFileResult first() {
        passedOn = file.content();
        return file.parse(passedOn);
    }

    /** Begins to watch. */
    public void start() {
        thread.scheduleWithFixedDelay(
                this::lookSafely, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Stops watching; a result that is being passed on is not interrupted. */
    @Override
    public void close() {
        thread.shutdown();
    }

    /** One look at the file. */
    void look() {
        Content now = file.content();
        if (now.sameAs(passedOn)) {
            candidate = null;
        } else if (candidate == null || !now.sameAs(candidate)) {
            candidate = now;
        } else {
            candidate = null;
            passOn(now);
            passedOn = now;
        }
    }

    private void passOn(Content content) {
        boolean accepted = sink.test(file.parse(content));
        if (content.missing()) {
            LOG.warnf("flag file is gone, the last good set stays in force [file: %s]", file.name());
        } else {
            reloads.accept(accepted ? Reload.ACCEPTED : Reload.REJECTED);
        }
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            // An exception would end the schedule, and with it every later change, without a word.
            LOG.errorf(e, "looking at the flag file failed [file: %s]", file.name());
        }
    }
}
