package dev.sluice.store;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The pool with the bounds that configuration has no keys for: a database that is away fails a request within seconds,
 * and a connection whose other end has vanished without a word is closed instead of waiting for TCP to give up.
 */
@Singleton
class BoundedPool implements PgPoolCreator {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int ACQUIRE_MILLIS = 3_000;
    /** Beyond any transaction's bound; idle connections are closed by it too, which costs one connect. */
    private static final int SILENT_SECONDS = 30;

    @Override
    public Pool create(Input input) {
        input.pgConnectOptionsList().forEach(server -> server.setConnectTimeout(CONNECT_MILLIS)
                .setReadIdleTimeout(SILENT_SECONDS)
                .setTcpKeepAlive(true));
        PoolOptions options = input.poolOptions()
                .setConnectionTimeout(ACQUIRE_MILLIS)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        return PgBuilder.pool()
                .with(options)
                .connectingTo(new ArrayList<SqlConnectOptions>(input.pgConnectOptionsList()))
                .using(input.vertx())
                .build();
    }
}
