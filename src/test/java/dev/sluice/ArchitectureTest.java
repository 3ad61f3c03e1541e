package dev.sluice;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.smallrye.config.ConfigMapping;
import jakarta.enterprise.inject.Produces;
import jakarta.persistence.Entity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The house plan, kept by the build. Each rule says why it is there; an exception is written down with its reason. */
class ArchitectureTest {
    private static final JavaClasses SLUICE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sluice");

    /** Which rooms a room may look into. A room that is not named yet fails, so that somebody decides. */
    private static final Map<String, Set<String>> PLAN = Map.ofEntries(
            Map.entry("core", Set.of()),
            Map.entry("delivery", Set.of("core")),
            Map.entry("rollout", Set.of("core")),
            Map.entry("identity", Set.of("core")),
            Map.entry("fleet", Set.of("core")),
            // What pipelines say is published as everything else is.
            Map.entry("status", Set.of("core", "delivery")),
            // Whose agent a frame is from is the fleet's knowledge; everything else reaches protocols through ports.
            Map.entry("protocol", Set.of("core", "delivery", "fleet")),
            Map.entry("transport", Set.of("core", "delivery")),
            Map.entry("store", Set.of("core", "delivery", "rollout", "identity", "fleet", "status")),
            // Knows how events leave, not what they tell.
            Map.entry("webhook", Set.of("core")),
            // The application behind the gateway is asked by way of webhooks and answers with publications.
            Map.entry("upstream", Set.of("core", "delivery", "webhook")),
            Map.entry("notify", Set.of("core", "rollout", "webhook")),
            // Publishes as the engine does, receives as a client does, and fills a port of the guard.
            Map.entry("probe", Set.of("core", "delivery", "rollout")),
            Map.entry("observe", Set.of("core", "delivery", "rollout", "webhook", "upstream")),
            // Reads flags from their sources into the rollout's own values.
            Map.entry("config", Set.of("core", "rollout")),
            Map.entry(
                    "edge",
                    Set.of("core", "delivery", "rollout", "identity", "fleet", "status", "protocol", "transport")),
            // Mounts its URLs with edge.http and explains decisions with edge.gate; edge knows nothing of it.
            Map.entry("admin", Set.of("core", "delivery", "rollout", "identity", "fleet", "edge")),
            Map.entry(
                    "app",
                    Set.of(
                            "core",
                            "delivery",
                            "rollout",
                            "identity",
                            "fleet",
                            "status",
                            "protocol",
                            "transport",
                            "store",
                            "observe",
                            "webhook",
                            "notify",
                            "probe",
                            "upstream",
                            "config",
                            "edge",
                            "admin")));

    private static String room(JavaClass type) {
        String below = type.getPackageName().substring("dev.sluice".length());
        return below.isEmpty() ? "" : below.substring(1).split("\\.")[0];
    }

    @Test
    void roomsLookOnlyBelow() {
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : SLUICE) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass();
                boolean ours = target.getPackageName().startsWith("dev.sluice.");
                if (ours && !room(type).equals(room(target)) && !mayLook(room(type), room(target))) {
                    wrong.add(dependency.getDescription());
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    private static boolean mayLook(String from, String to) {
        return PLAN.getOrDefault(from, Set.of()).contains(to);
    }

    @Test
    void everyRoomIsOnThePlan() {
        Set<String> rooms = SLUICE.stream().map(ArchitectureTest::room).collect(Collectors.toSet());

        assertThat(PLAN.keySet()).containsAll(rooms);
    }

    /** Two packages that need each other are one package, or a port is missing. */
    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.sluice.(**)").should().beFreeOfCycles().check(SLUICE);
    }

    /** What every room speaks must not drag anything into them. */
    @Test
    void coreKnowsTheJdkAlone() {
        check(classes()
                .that()
                .resideInAPackage("dev.sluice.core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.sluice.core..", "java..", "org.jspecify.."));
    }

    /** The engine is proved with fakes and a clock that is advanced by hand; a framework in it would end that. */
    @Test
    void deliveryKnowsNoFramework() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.sluice.delivery..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.quarkus..", "jakarta..", "com.fasterxml..", "io.netty.."));
    }

    /** A decision is a pure function, so that every node answers alike. */
    @Test
    void decisionsArePure() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.sluice.rollout.decision..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io..", "jakarta..", "org.jboss..", "java.net..", "java.nio.file.."));
    }

    /** Any protocol over any transport: only the edge knits them. */
    @Test
    void protocolsAndTransportsAreStrangers() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.sluice.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sluice.transport..", "io.vertx..", "io.quarkus..", "jakarta.."));
        check(noClasses()
                .that()
                .resideInAPackage("dev.sluice.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sluice.protocol..", "com.fasterxml..", "io.quarkus..", "jakarta.."));
    }

    /** Rooms tell observers what happens; what is counted, and under which name, is decided in one place. */
    @Test
    void onlyObserveMeasures() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.sluice.observe..")
                // Hands the registry to the meters, which are plain classes.
                .and()
                .doNotHaveFullyQualifiedName("dev.sluice.app.ObserverWiring")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micrometer.."));
    }

    /** One tree of keys: scattered ones are found by nobody. */
    @Test
    void configurationHasOneTree() {
        check(classes().that().areAnnotatedWith(ConfigMapping.class).should().resideInAPackage("dev.sluice.config.."));
        check(fields().should().notBeAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty"));
    }

    /** Plain classes everywhere, made into beans in one place: the wiring can be read from top to bottom. */
    @Test
    void beansAreMadeInApp() {
        check(methods()
                .that()
                .areAnnotatedWith(Produces.class)
                .should()
                .beDeclaredInClassesThat()
                .resideInAPackage("dev.sluice.app.."));
    }

    /** A row that leaves its session is a bug that shows much later; records leave the room. */
    @Test
    void entitiesStayInTheStore() {
        check(classes()
                .that()
                .areAnnotatedWith(Entity.class)
                .should()
                .resideInAPackage("dev.sluice.store")
                .andShould()
                .bePackagePrivate());
    }

    /** Time is injected, so that tests advance it: one bean asks the system. */
    @Test
    void timeComesFromTheClock() {
        for (Class<?> type : List.of(Instant.class, OffsetDateTime.class, LocalDateTime.class)) {
            check(noClasses().should().callMethod(type, "now"));
        }
        check(noClasses().should().callMethod(System.class, "currentTimeMillis"));
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.sluice.app..")
                .should()
                .callMethod(Clock.class, "systemUTC"));
    }

    /**
     * A thread that waits is an event loop that serves nobody. Beginning and ending a process happen before the first
     * client and after the last one; the embedded database is a child process that is waited for.
     */
    @Test
    void nobodyWaits() {
        DescribedPredicate<JavaAccess<?>> waits = DescribedPredicate.describe("wait on a thread", access -> {
            String owner = access.getTargetOwner().getName();
            String name = access.getName();
            return owner.equals("java.lang.Thread") && (name.equals("sleep") || name.equals("join"))
                    || owner.equals("io.smallrye.mutiny.Uni") && name.equals("await")
                    || owner.equals("java.util.concurrent.CompletableFuture")
                            && (name.equals("join") || name.equals("get"))
                    || owner.equals("java.lang.Object") && name.equals("wait")
                    || owner.equals("java.util.concurrent.CountDownLatch") && name.equals("await");
        });
        check(noClasses()
                .that()
                .resideOutsideOfPackages("dev.sluice.app..", "dev.sluice.store.embedded..")
                .should()
                .accessTargetWhere(waits.forSubtype()));
    }

    /** One session, one home, one writer: a lock would hide that a second one exists. */
    @Test
    void nobodyLocks() {
        check(methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED));
        assertThat(classesThatEnterMonitors()).isEmpty();
    }

    /** Synchronized blocks leave no modifier behind, only instructions. */
    private static Set<String> classesThatEnterMonitors() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : SLUICE) {
            String resource = "/" + type.getName().replace('.', '/') + ".class";
            try (var bytes = ArchitectureTest.class.getResourceAsStream(resource)) {
                new ClassReader(bytes)
                        .accept(
                                new ClassVisitor(Opcodes.ASM9) {
                                    @Override
                                    public MethodVisitor visitMethod(
                                            int access,
                                            String name,
                                            String descriptor,
                                            String signature,
                                            String[] exceptions) {
                                        return new MethodVisitor(Opcodes.ASM9) {
                                            @Override
                                            public void visitInsn(int opcode) {
                                                if (opcode == Opcodes.MONITORENTER) {
                                                    found.add(type.getName() + "." + name);
                                                }
                                            }
                                        };
                                    }
                                },
                                0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    /** Such names say that nobody knew where it belongs. */
    @Test
    void namesSayWhatAClassIsFor() {
        check(noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager)"));
    }

    /** Null is said in types, everywhere: a package that is not marked is checked by nobody. */
    @Test
    void everyPackageHasItsDoorPlate() {
        Set<String> without = new TreeSet<>();
        for (JavaClass type : SLUICE.that(resideInAPackage("dev.sluice.."))) {
            JavaPackage home = type.getPackage();
            if (!home.isAnnotatedWith(NullMarked.class)) {
                without.add(home.getName());
            }
        }

        assertThat(without).isEmpty();
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(SLUICE);
    }
}
