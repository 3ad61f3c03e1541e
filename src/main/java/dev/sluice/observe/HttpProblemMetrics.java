package dev.sluice.observe;

import dev.sluice.core.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;

/** Counts the problems that HTTP requests are answered with, and the limits among them. Any thread. */
public final class HttpProblemMetrics implements Consumer<ProblemCode> {
    private final LimitMetrics limits;
    private final Counter[] problems = new Counter[ProblemCode.values().length];

    public HttpProblemMetrics(MeterRegistry registry, LimitMetrics limits) {
        this.limits = limits;
        for (ProblemCode code : ProblemCode.values()) {
            problems[code.ordinal()] = Counter.builder(MetricNames.HTTP_PROBLEMS)
                    .description("HTTP requests answered with a problem")
                    .tag(MetricNames.KIND, code.slug())
                    .register(registry);
        }
    }

    @Override
    public void accept(ProblemCode code) {
        problems[code.ordinal()].increment();
        limits.hit(code);
    }
}
