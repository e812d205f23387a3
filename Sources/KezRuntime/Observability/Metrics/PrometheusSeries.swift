import Metrics
import Synchronization

/// One metric with one set of labels.
protocol PrometheusSeries: AnyObject, Sendable {
    func samples(name: String, labels: PrometheusLabels) -> [PrometheusSample]
}

/// Counts whole numbers, up only.
final class PrometheusCounter: CounterHandler, PrometheusSeries {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        self.count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() { self.count.store(0, ordering: .relaxed) }

    func samples(name: String, labels: PrometheusLabels) -> [PrometheusSample] {
        [PrometheusSample(name: name, labels: labels, value: Double(self.count.load(ordering: .relaxed)))]
    }
}

/// A number that is set, or moved up and down: gauges, meters and counters of fractions.
final class PrometheusValue: RecorderHandler, MeterHandler, FloatingPointCounterHandler, PrometheusSeries {
    private let value = Mutex<Double>(0)

    func record(_ value: Int64) { self.set(Double(value)) }
    func record(_ value: Double) { self.set(value) }
    func set(_ value: Int64) { self.set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }

    func increment(by amount: Double) {
        guard amount.isFinite else { return }
        self.value.withLock { $0 += amount }
    }

    func decrement(by amount: Double) { self.increment(by: -amount) }

    func reset() { self.set(0.0) }

    func samples(name: String, labels: PrometheusLabels) -> [PrometheusSample] {
        [PrometheusSample(name: name, labels: labels, value: self.value.withLock { $0 })]
    }
}

/// How many values were below each of some fixed bounds, how many there were, and their sum.
final class PrometheusHistogram: RecorderHandler, TimerHandler, PrometheusSeries {
    struct Buckets: Sendable {
        /// Ascending; the last one, infinity, goes without saying.
        let bounds: [Double]

        /// Seconds, from half a millisecond to a request's deadline and beyond.
        static let seconds = Buckets(bounds: [
            0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
        ])
        /// Numbers of things and of bytes.
        static let numbers = Buckets(bounds: [1, 2, 5, 10, 50, 100, 500, 1_000, 10_000, 100_000, 1_000_000, 10_000_000])
    }

    private struct State {
        /// One more than there are bounds.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(_ buckets: Buckets) {
        self.bounds = buckets.bounds
        self.state = Mutex(State(counts: Array(repeating: 0, count: buckets.bounds.count + 1)))
    }

    func record(_ value: Int64) { self.record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = self.bounds.firstIndex { value <= $0 } ?? self.bounds.count
        self.state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { self.record(Double(duration) / 1e9) }

    func samples(name: String, labels: PrometheusLabels) -> [PrometheusSample] {
        let (counts, sum) = self.state.withLock { ($0.counts, $0.sum) }
        var total: UInt64 = 0
        var samples: [PrometheusSample] = []
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < self.bounds.count ? self.bounds[index] : .infinity
            samples.append(
                PrometheusSample(
                    name: name + "_bucket", labels: labels.adding("le", PrometheusText.number(bound)),
                    value: Double(total)))
        }
        samples.append(PrometheusSample(name: name + "_sum", labels: labels, value: sum))
        samples.append(PrometheusSample(name: name + "_count", labels: labels, value: Double(total)))
        return samples
    }
}
