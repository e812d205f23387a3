import KezRuntime
import Logging
import Metrics

/// Logs, metrics and health of one process; made once, before any service.
struct Observability: Sendable {
    let health = HealthBoard()
    private let metrics = PrometheusRegistry()
    private let level: Logger.Level
    private let logging: LoggingSetup

    init(_ options: ServerOptions) throws {
        self.level = try options.level()
        self.logging = LoggingSetup(level: self.level, format: try options.format())
        MetricsSystem.bootstrap(self.metrics)
        // Libraries make loggers of their own; they speak the same way.
        let logging = self.logging
        LoggingSystem.bootstrap { logging.handler(label: $0) }
    }

    func logger(_ label: String) -> Logger {
        let logging = self.logging
        return Logger(label: label) { logging.handler(label: $0) }
    }

    /// What `/metrics` answers, the process's own figures included.
    func metricsText() -> String {
        self.metrics.text(including: ProcessMetrics.read()?.families ?? [])
    }
}
