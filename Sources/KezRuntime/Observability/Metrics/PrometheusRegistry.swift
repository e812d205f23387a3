package import Metrics
private import Synchronization

/// Every metric of a process, as swift-metrics makes them and as Prometheus reads them.
///
/// Bounded: beyond `maximumSeries` new series are taken and thrown away, and counted in
/// `kez_metrics_dropped_series_total`, so that a label with too many values costs a number, not the memory. Nothing
/// here ever stops the process: a name that is used for two kinds of metric is dropped and counted alike.
///
/// Source: Prometheus, "Exposition formats", text format 0.0.4.
package final class PrometheusRegistry: MetricsFactory {
    /// Of the HTTP answer that carries `text()`.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private struct Family {
        let kind: PrometheusKind
        var series: [PrometheusLabels: any PrometheusSeries] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        /// Each name that a family's lines begin with (a histogram has three), and the family's own.
        var owners: [String: String] = [:]
        var help: [String: String]
        var count = 0
        var dropped = 0
    }

    private let maximumSeries: Int
    private let state: Mutex<State>

    /// - Parameters:
    ///   - maximumSeries: a metric with one set of labels is one series; a histogram counts once.
    ///   - help: sentences by metric name; a name without one stands for itself.
    package init(maximumSeries: Int = 10_000, help: [String: String] = [:]) {
        self.maximumSeries = maximumSeries
        self.state = Mutex(State(help: help))
    }

    /// Says what a metric counts.
    package func describe(_ name: String, _ sentence: String) {
        self.state.withLock { $0.help[PrometheusText.metricName(name)] = sentence }
    }

    /// Series that were thrown away.
    package var dropped: Int { self.state.withLock { $0.dropped } }

    /// Everything in the text format, sorted by name and labels, with `extra` among it and before a metric of its name.
    package func text(including extra: [PrometheusFamily] = []) -> String {
        let (families, help, dropped) = self.state.withLock { ($0.families, $0.help, $0.dropped) }
        var all = families.map { name, family in
            PrometheusFamily(
                name: name, help: help[name] ?? PrometheusText.help(from: name), kind: family.kind,
                samples: family.series.sorted { $0.key < $1.key }.flatMap { labels, series in
                    series.samples(name: name, labels: labels)
                })
        }
        all.append(
            PrometheusFamily(
                name: "kez_metrics_dropped_series_total", help: "Series beyond the limit, or with a name of two kinds.",
                kind: .counter, value: Double(dropped)))
        let others = Set(extra.map(\.name))
        all = all.filter { !others.contains($0.name) } + extra
        return all.sorted { $0.name < $1.name }.map(\.text).joined()
    }

    // MARK: MetricsFactory

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        self.series(label, dimensions, .counter) { PrometheusCounter() }
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        self.series(label, dimensions, .counter) { PrometheusValue() }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        self.series(label, dimensions, .gauge) { PrometheusValue() }
    }

    /// A recorder that aggregates is a histogram of numbers; one that does not is a gauge.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate {
            return self.series(label, dimensions, .histogram) { PrometheusHistogram(.numbers) }
        }
        return self.series(label, dimensions, .gauge) { PrometheusValue() }
    }

    /// A histogram of seconds.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        self.series(label, dimensions, .histogram) { PrometheusHistogram(.seconds) }
    }

    package func destroyCounter(_ handler: any CounterHandler) { self.remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { self.remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { self.remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { self.remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { self.remove(handler) }

    /// The series of that name and those labels, which may exist already; one that nobody sees when it is refused.
    private func series<Series: PrometheusSeries>(
        _ label: String, _ dimensions: [(String, String)], _ kind: PrometheusKind, _ make: () -> Series
    ) -> Series {
        let name = PrometheusText.metricName(label)
        let labels = PrometheusLabels(dimensions)
        return self.state.withLock { state in
            if let known = state.families[name]?.series[labels] as? Series { return known }
            let made = make()
            let fits = kind.names(of: name).allSatisfy { (state.owners[$0] ?? name) == name }
            let isOther = state.families[name].map { $0.kind != kind || $0.series[labels] != nil } ?? false
            guard fits, !isOther, state.count < self.maximumSeries else {
                state.dropped += 1
                return made
            }
            for owned in kind.names(of: name) { state.owners[owned] = name }
            state.families[name, default: Family(kind: kind)].series[labels] = made
            state.count += 1
            return made
        }
    }

    private func remove(_ handler: AnyObject) {
        self.state.withLock { state in
            for (name, family) in state.families {
                guard let labels = family.series.first(where: { $0.value === handler })?.key else { continue }
                state.families[name]?.series[labels] = nil
                state.count -= 1
                guard state.families[name]?.series.isEmpty == true else { return }
                state.families[name] = nil
                for owned in family.kind.names(of: name) { state.owners[owned] = nil }
                return
            }
        }
    }
}
