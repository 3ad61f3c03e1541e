package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import javax.management.JMException;
import javax.management.MBeanOperationInfo;
import javax.management.ObjectName;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class NativeHeapTest {

    @Test
    void asksTheJvmInItsOwnWords() throws JMException {
        // The command is the JVM's, and only those for Linux with glibc have it: elsewhere there is nothing to ask.
        Assumptions.assumeTrue(trims(), "this JVM has no such command");

        assertThat(NativeHeap.trim().toString()).contains("Trim native heap");
    }

    private static boolean trims() throws JMException {
        return Arrays.stream(ManagementFactory.getPlatformMBeanServer()
                        .getMBeanInfo(new ObjectName("com.sun.management:type=DiagnosticCommand"))
                        .getOperations())
                .map(MBeanOperationInfo::getName)
                .anyMatch("systemTrimNativeHeap"::equals);
    }
}
