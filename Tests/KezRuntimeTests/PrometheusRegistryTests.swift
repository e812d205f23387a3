import KezRuntime
import Metrics
import Testing

@Suite struct PrometheusRegistryTests {
    private func lines(_ registry: PrometheusRegistry) -> [String] {
        registry.text().split(separator: "\n").map(String.init)
            .filter { !$0.contains("kez_metrics_dropped_series_total") }
    }

    @Test func rendersCountersAndGaugesSorted() {
        let registry = PrometheusRegistry(help: ["b_total": "How many b."])
        Counter(label: "b_total", dimensions: [("kind", "y")], factory: registry).increment(by: 2)
        Counter(label: "b_total", dimensions: [("kind", "x"), ("door", "http")], factory: registry).increment()
        Counter(label: "b_total", factory: registry).increment(by: 7)
        Gauge(label: "a_bytes", factory: registry).record(1.5)
        #expect(
            self.lines(registry) == [
                "# HELP a_bytes a bytes", "# TYPE a_bytes gauge", "a_bytes 1.5",
                "# HELP b_total How many b.", "# TYPE b_total counter", "b_total 7",
                #"b_total{door="http",kind="x"} 1"#, #"b_total{kind="y"} 2"#,
            ])
        #expect(registry.text().hasSuffix("\n"))
        #expect(registry.text() == registry.text())
    }

    @Test func rendersTimersAsHistogramsOfSeconds() {
        let registry = PrometheusRegistry()
        let timer = Timer(label: "took_seconds", dimensions: [("door", "x")], factory: registry)
        for milliseconds in [1, 2, 40, 60_000] { timer.recordMilliseconds(milliseconds) }
        let lines = self.lines(registry)
        #expect(lines[1] == "# TYPE took_seconds histogram")
        #expect(lines.contains(#"took_seconds_bucket{door="x",le="0.0005"} 0"#))
        #expect(lines.contains(#"took_seconds_bucket{door="x",le="0.001"} 1"#))
        #expect(lines.contains(#"took_seconds_bucket{door="x",le="0.0025"} 2"#))
        #expect(lines.contains(#"took_seconds_bucket{door="x",le="0.05"} 3"#))
        #expect(lines.contains(#"took_seconds_bucket{door="x",le="30"} 3"#))
        #expect(
            lines.suffix(3) == [
                #"took_seconds_bucket{door="x",le="+Inf"} 4"#, #"took_seconds_sum{door="x"} 60.043"#,
                #"took_seconds_count{door="x"} 4"#,
            ])
    }

    @Test func recordersAreHistogramsAndMetersMove() {
        let registry = PrometheusRegistry()
        Recorder(label: "size", factory: registry).record(7)
        let meter = Meter(label: "open", factory: registry)
        meter.increment(by: 3)
        meter.decrement(by: 0.5)
        FloatingPointCounter(label: "spent_total", factory: registry).increment(by: 0.25)
        let lines = self.lines(registry)
        #expect(lines.contains("open 2.5"))
        #expect(lines.contains("spent_total 0.25"))
        #expect(lines.contains(#"size_bucket{le="5"} 0"#))
        #expect(lines.contains(#"size_bucket{le="10"} 1"#))
    }

    @Test func sameNameAndLabelsAreOneSeries() {
        let registry = PrometheusRegistry()
        Counter(label: "a_total", dimensions: [("x", "1"), ("y", "2")], factory: registry).increment()
        Counter(label: "a_total", dimensions: [("y", "2"), ("x", "1")], factory: registry).increment()
        #expect(self.lines(registry).last == #"a_total{x="1",y="2"} 2"#)
    }

    @Test func escapesWhatWouldEndALine() {
        let registry = PrometheusRegistry()
        registry.describe("a_total", "one\ntwo \\ three \"four\"")
        Counter(label: "a_total", dimensions: [("path", "a\"b\\c\nd")], factory: registry).increment()
        #expect(
            self.lines(registry) == [
                #"# HELP a_total one\ntwo \\ three "four""#, "# TYPE a_total counter",
                #"a_total{path="a\"b\\c\nd"} 1"#,
            ])
    }

    @Test func mendsNames() {
        let registry = PrometheusRegistry()
        Counter(
            label: "9 dots.and-dashes\n", dimensions: [("le", "a"), ("__name__", "b"), ("ä b", "c"), ("", "d")],
            factory: registry
        ).increment()
        #expect(
            self.lines(registry).last
                == #"_9_dots_and_dashes_{_="d",label___b="c",label___name__="b",label_le="a"} 1"#)
    }

    @Test func dropsAndCountsSeriesBeyondTheLimit() {
        let registry = PrometheusRegistry(maximumSeries: 3)
        for index in 0..<10 {
            Counter(label: "a_total", dimensions: [("n", "\(index)")], factory: registry).increment()
        }
        #expect(self.lines(registry).count == 2 + 3)
        #expect(registry.dropped == 7)
        #expect(registry.text().contains("\nkez_metrics_dropped_series_total 7\n"))
        // One that is known is still counted.
        Counter(label: "a_total", dimensions: [("n", "0")], factory: registry).increment()
        #expect(self.lines(registry).contains(#"a_total{n="0"} 2"#))
    }

    @Test func dropsANameOfTwoKinds() {
        let registry = PrometheusRegistry()
        Counter(label: "a", factory: registry).increment()
        Gauge(label: "a", factory: registry).record(5)
        Timer(label: "t", factory: registry).recordSeconds(1)
        Counter(label: "t_count", factory: registry).increment()
        FloatingPointCounter(label: "a", factory: registry).increment(by: 9)
        #expect(registry.dropped == 3)
        #expect(self.lines(registry).contains("a 1"))
        #expect(self.lines(registry).filter { $0.hasPrefix("t_count") } == ["t_count 1"])
    }

    @Test func forgetsADestroyedSeries() {
        let registry = PrometheusRegistry(maximumSeries: 1)
        let counter = Counter(label: "a_total", factory: registry)
        counter.increment()
        counter.destroy()
        #expect(self.lines(registry) == [])
        // Its place and its name are free again.
        Gauge(label: "a_total", factory: registry).record(1)
        #expect(self.lines(registry).last == "a_total 1")
    }

    @Test(arguments: [
        (0.0, "0"), (-3.0, "-3"), (0.1, "0.1"), (1e100, "1e+100"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
        (.nan, "NaN"),
    ])
    func writesNumbers(value: Double, text: String) {
        let registry = PrometheusRegistry()
        Gauge(label: "a", factory: registry).record(value)
        #expect(self.lines(registry).last == "a \(text)")
    }

    @Test func countsFromManyThreads() async {
        let registry = PrometheusRegistry()
        await withDiscardingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask {
                    for _ in 0..<100 { Counter(label: "a_total", factory: registry).increment() }
                }
            }
        }
        #expect(self.lines(registry).last == "a_total 5000")
    }
}

@Suite struct ProcessMetricsTests {
    @Test func readsTheKernelsTexts() throws {
        let rest = "R 1 2 3 4 5 6 7 8 9 10 250 150 13 14 15 16 12 18 500 4096000 100 rest"
        let metrics = try #require(
            ProcessMetrics(
                stat: "4711 (a name) with ) in it) \(rest)", systemStat: "cpu 1 2\nbtime 1700000000\n",
                ticksPerSecond: 100, pageBytes: 4096))
        #expect(metrics.cpuSeconds == 4)
        #expect(metrics.threads == 12)
        #expect(metrics.startTime == 1_700_000_005)
        #expect(metrics.virtualBytes == 4_096_000)
        #expect(metrics.residentBytes == 409_600)
    }

    @Test(arguments: ["", "1 (a", "1 (a) R 1 2 3", ")"])
    func refusesOtherTexts(stat: String) {
        #expect(ProcessMetrics(stat: stat, systemStat: "btime 1\n", ticksPerSecond: 100, pageBytes: 4096) == nil)
    }

    @Test func readsTheLimitOfFiles() {
        #expect(
            ProcessMetrics.maximumFiles("Limit  Soft  Hard\nMax open files            1024      4096      files\n")
                == 1024)
        #expect(ProcessMetrics.maximumFiles("Max open files            unlimited unlimited files\n") == nil)
        #expect(ProcessMetrics.maximumFiles("") == nil)
    }

    @Test func readsThisProcess() throws {
        let metrics = try #require(ProcessMetrics.read())
        #expect(metrics.residentBytes > 1_048_576)
        #expect(metrics.startTime > 1_600_000_000)
        let openFiles = try #require(metrics.openFiles)
        #expect(openFiles >= 3)
        let text = PrometheusRegistry().text(including: metrics.families)
        for name in [
            "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds",
            "process_start_time_seconds",
        ] {
            #expect(text.contains("\n\(name) ") && text.contains("# TYPE \(name) "))
        }
    }
}
