package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.identity.TokenBook.Issued;
import dev.sluice.identity.TokenKind;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.NativePerson;
import dev.sluice.testkit.TestAgent;
import dev.sluice.testkit.Wire;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the log as loud as it goes and the access log on, no secret is in it, and no query, which may hold one. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class LogHygieneQuarkusTest {
    private static final Logger ROOT = Logger.getLogger("");
    private static final Logger SLUICE = Logger.getLogger("dev.sluice");
    private static final Logger ACCESS = Logger.getLogger("io.quarkus.http.access-log");

    @Inject
    Gateway gateway;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Handler ear = new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord record) {
            StringWriter line = new StringWriter();
            line.append(formatter.formatMessage(record));
            if (record instanceof org.jboss.logmanager.ExtLogRecord extended) {
                line.append(extended.getFormattedMessage())
                        .append(extended.getMdcCopy().toString());
            }
            if (record.getThrown() != null) {
                record.getThrown().printStackTrace(new PrintWriter(line));
            }
            lines.add(line.toString());
        }

        @Override
        public void flush() {
            // Kept as it comes.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    };

    @BeforeEach
    void listen() {
        ear.setLevel(Level.ALL);
        SLUICE.setLevel(Level.ALL);
        ROOT.addHandler(ear);
        ACCESS.addHandler(ear);
    }

    @AfterEach
    void restore() {
        ROOT.removeHandler(ear);
        ACCESS.removeHandler(ear);
        SLUICE.setLevel(null);
        gateway.restore();
    }

    @Test
    void noSecretAndNoQueryIsLogged() {
        Issued issued = gateway.issue(TokenKind.AGENT, gateway.workspace(), null);
        String secret = issued.secret();
        String query = "?token=" + secret + "&canary=my-canary";
        TestAgent agent = gateway.agent(secret).register();
        var anonymous = gateway.anonymous();

        // Over HTTP, served and refused, with the token in either place.
        agent.poll("?wait=1&canary=my-canary").json(200);
        anonymous.get(agent.path("poll" + query)).json(200);
        anonymous.post(agent.path("heartbeat" + query), Map.of()).json(200);
        anonymous.postText(agent.path("heartbeat" + query), "{\"half\":\"" + secret);
        anonymous.get("/nowhere" + query);
        anonymous.get(agent.path("poll" + query + "&wait=x"));
        anonymous.delete(agent.path("poll" + query));
        anonymous.get("/api/v1/clusters" + query);
        anonymous.get(agent.path("poll?token=wrong-" + secret + "&canary=my-canary"));
        gateway.api("wrong-" + secret).get(agent.path("poll"));
        Wire.exchange(gateway.uri(), "GET /%zz" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        // Over WebSocket, to every kind of end.
        for (String ending : new String[] {"leave", "cut", "broken", "malformed", "revoked"}) {
            AgentSocketClient socket =
                    AgentSocketClient.open(gateway.uri(), AgentSocketClient.PATH + query, (String) null);
            agent.register(socket);
            switch (ending) {
                case "leave" -> socket.leave();
                case "cut" -> socket.cut();
                case "broken" -> socket.sendRaw(new byte[] {(byte) 0x83, (byte) 0x80, 0, 0, 0, 0});
                case "malformed" -> {
                    for (int i = 0; i < 21; i++) {
                        socket.sendText("{\"token\":\"" + secret);
                    }
                }
                default -> gateway.revoke(issued.token().id());
            }
            socket.awaitClose();
        }
        anonymous.get(agent.path("poll" + query)).json(401);

        Awaitility.await().until(() -> lines.stream().anyMatch(line -> line.contains("401")));
        assertThat(lines).anyMatch(line -> line.contains(agent.path("poll")));
        assertThat(lines).noneMatch(line -> line.contains(secret) || line.contains(secret.substring(0, 20)));
        assertThat(lines).noneMatch(line -> line.contains("my-canary") || line.contains("token="));
    }

    @Test
    void noSessionAndNoResumeTokenIsLogged() {
        NativePerson person = new NativePerson(gateway.uri(), null).begin();
        String token = person.resumeToken();

        person.api().get(person.path("/messages?after=nonsense")).json(400);
        person.api().get("/api/v1/sessions/%s/messages".formatted(token)).json(200);
        person.api().post(person.path("/messages"), Map.of("type", "nonsense")).json(400);
        person.api().get(person.path("/nowhere"));
        AgentSocketClient socket = person.open("/ws?resume_token=" + token + "&after=" + person.cursor());
        socket.await("welcome");
        socket.cut();
        person.api().delete(person.path(""));
        person.api().get(person.path("/messages")).json(410);
        gateway.anonymous().get("/nowhere").json(404);

        Awaitility.await().until(() -> lines.stream().anyMatch(line -> line.contains("/nowhere")));
        assertThat(lines)
                .noneMatch(line -> line.contains(person.session()) || line.contains(token) || line.contains("resume_"));
    }
}
