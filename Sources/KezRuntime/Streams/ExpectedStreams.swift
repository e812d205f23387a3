package import KezCore
package import NATS

/// The streams as the code needs them. Source: design, "Subjects and streams".
package struct ExpectedStreams: Sendable {
    /// Version of the streams' layout, kept in each stream's metadata. What an older layout lacks, the provisioner
    /// changes in place; a stream of a newer one is refused, for this version does not know what it means.
    package static let layout = 1
    package static let layoutKey = "kez-layout"
    /// An operator who restores a log from a backup sets this key to a new value, so that clients list anew.
    package static let epochKey = "kez-epoch"
    /// Room for headers beside the envelope in one stored message, in bytes.
    private static let headerRoom = 2048

    package let limits: Limits
    /// 1 on one node, 3 in a cluster.
    package let replicas: Int
    /// A new mark of a restored log; nil leaves the streams' own.
    package let epoch: String?

    package init(limits: Limits, replicas: Int = 1, epoch: String? = nil) {
        self.limits = limits
        self.replicas = replicas
        self.epoch = epoch
    }

    package var all: [StreamConfiguration] { Shard.all.map(self.log) + [self.registry, self.settings] }

    /// What users publish into, and what the inboxes are built from. Rollup, TTL and scheduling stay off:
    /// what a stream allows, every user may do.
    package func log(_ shard: Shard) -> StreamConfiguration {
        var stream = self.base(StreamNames.log(shard), SubjectPatterns.log(shard))
        stream.maxAge = Int64(self.limits.retention / .nanoseconds(1))
        stream.discardNewPerSubject = true
        stream.maxMsgsPerSubject = Int64(self.limits.pairMessages)
        stream.maxMsgSize = Int32(clamping: self.limits.envelopeBytes + Self.headerRoom)
        stream.maxBytes = self.limits.logBytes.map(Int64.init) ?? -1
        stream.republish = .init(src: SubjectPatterns.sends(of: shard), dest: SubjectPatterns.republishDestination)
        return stream
    }

    package var registry: StreamConfiguration {
        self.base(StreamNames.registry, [SubjectPatterns.registryLog])
    }

    package var settings: StreamConfiguration {
        var stream = self.base(StreamNames.settings, [SubjectPatterns.settings])
        stream.maxMsgsPerSubject = 1
        stream.discard = .old
        return stream
    }

    private func base(_ name: String, _ subjects: [String]) -> StreamConfiguration {
        var stream = StreamConfiguration(name: name, subjects: subjects)
        stream.storage = .file
        stream.retention = .limits
        stream.discard = .new
        stream.allowDirect = true
        stream.numReplicas = self.replicas
        stream.duplicateWindow = Int64(Limits.duplicateWindow / .nanoseconds(1))
        stream.metadata = [Self.layoutKey: "\(Self.layout)"]
        if let epoch = self.epoch { stream.metadata?[Self.epochKey] = epoch }
        return stream
    }
}

extension StreamConfiguration {
    /// Where this stream, as the server has it, differs from what is needed: sentences for the operator.
    package func differences(from wanted: StreamConfiguration) -> [String] {
        var found: [String] = []
        func compare<Value: Equatable>(_ name: String, _ has: Value?, _ wants: Value?, absent: Value) {
            let (has, wants) = (has ?? absent, wants ?? absent)
            if has != wants { found.append("\(name) is \(has), not \(wants)") }
        }
        compare("subjects", self.subjects?.sorted(), wanted.subjects?.sorted(), absent: [])
        compare("storage", self.storage, wanted.storage, absent: .file)
        compare("retention", self.retention, wanted.retention, absent: .limits)
        compare("discard", self.discard, wanted.discard, absent: .old)
        compare("discard_new_per_subject", self.discardNewPerSubject, wanted.discardNewPerSubject, absent: false)
        compare("max_age", self.maxAge, wanted.maxAge, absent: 0)
        compare("max_msgs_per_subject", self.maxMsgsPerSubject.map { max($0, 0) }, wanted.maxMsgsPerSubject, absent: 0)
        compare("max_msg_size", self.maxMsgSize.map { max($0, 0) }, wanted.maxMsgSize, absent: 0)
        compare("max_bytes", self.maxBytes, wanted.maxBytes, absent: -1)
        compare("duplicate_window", self.duplicateWindow, wanted.duplicateWindow, absent: 0)
        compare("num_replicas", self.numReplicas, wanted.numReplicas, absent: 1)
        compare("allow_direct", self.allowDirect, wanted.allowDirect, absent: false)
        compare("republish", self.republish, wanted.republish, absent: .init(src: "", dest: ""))
        // Never wanted: each would let any user change or hide what a stream holds.
        compare("allow_rollup_hdrs", self.allowRollupHdrs, false, absent: false)
        compare("allow_atomic", self.allowAtomic, false, absent: false)
        compare("allow_msg_ttl", self.allowMsgTtl, false, absent: false)
        compare("allow_msg_schedules", self.allowMsgSchedules, false, absent: false)
        compare(
            "metadata.\(ExpectedStreams.layoutKey)", self.metadata?[ExpectedStreams.layoutKey],
            wanted.metadata?[ExpectedStreams.layoutKey], absent: "none")
        if let epoch = wanted.metadata?[ExpectedStreams.epochKey] {
            compare(
                "metadata.\(ExpectedStreams.epochKey)", self.metadata?[ExpectedStreams.epochKey], epoch, absent: "none")
        }
        return found
    }

    /// The layout that it was made with; 0 without a mark that can be read.
    package var layout: Int { self.metadata?[ExpectedStreams.layoutKey].flatMap { Int($0) } ?? 0 }
}
