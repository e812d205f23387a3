/// How a stream keeps messages. Members that are nil are not sent: servers from 2.12 on refuse unknown ones,
/// and older ones ignore what they don't know, so check the echo.
///
/// Source: JetStream API, `StreamConfig`. Times are nanoseconds, 0 or -1 means no limit.
package struct StreamConfiguration: Codable, Equatable, Sendable {
    package enum Storage: String, Codable, Sendable { case file, memory }
    package enum Retention: String, Codable, Sendable { case limits, interest, workqueue }
    package enum Discard: String, Codable, Sendable { case old, new }

    package struct Republish: Codable, Equatable, Sendable {
        package var src: String
        package var dest: String

        package init(src: String, dest: String) {
            self.src = src
            self.dest = dest
        }
    }

    package var name: String
    package var description: String?
    package var subjects: [String]?
    package var retention: Retention?
    package var storage: Storage?
    package var discard: Discard?
    package var discardNewPerSubject: Bool?
    package var maxMsgs: Int64?
    package var maxBytes: Int64?
    package var maxAge: Int64?
    package var maxMsgsPerSubject: Int64?
    package var maxMsgSize: Int32?
    package var duplicateWindow: Int64?
    package var numReplicas: Int?
    package var allowDirect: Bool?
    package var allowRollupHdrs: Bool?
    package var denyDelete: Bool?
    package var denyPurge: Bool?
    package var allowMsgTtl: Bool?
    package var allowMsgSchedules: Bool?
    package var allowAtomic: Bool?
    package var republish: Republish?
    package var metadata: [String: String]?

    package init(name: String, subjects: [String]) {
        self.name = name
        self.subjects = subjects
    }

    private enum CodingKeys: String, CodingKey {
        case name, description, subjects, retention, storage, discard, republish, metadata
        case discardNewPerSubject = "discard_new_per_subject"
        case maxMsgs = "max_msgs"
        case maxBytes = "max_bytes"
        case maxAge = "max_age"
        case maxMsgsPerSubject = "max_msgs_per_subject"
        case maxMsgSize = "max_msg_size"
        case duplicateWindow = "duplicate_window"
        case numReplicas = "num_replicas"
        case allowDirect = "allow_direct"
        case allowRollupHdrs = "allow_rollup_hdrs"
        case denyDelete = "deny_delete"
        case denyPurge = "deny_purge"
        case allowMsgTtl = "allow_msg_ttl"
        case allowMsgSchedules = "allow_msg_schedules"
        case allowAtomic = "allow_atomic"
    }
}

/// A stream as the server describes it.
package struct StreamInfo: Decodable, Sendable {
    package struct State: Decodable, Sendable {
        package let messages: UInt64
        package let bytes: UInt64
        /// First sequence still held; 0 for a stream that never held one.
        package let firstSeq: UInt64
        package let lastSeq: UInt64
        package let consumerCount: Int?

        private enum CodingKeys: String, CodingKey {
            case messages, bytes
            case firstSeq = "first_seq"
            case lastSeq = "last_seq"
            case consumerCount = "consumer_count"
        }
    }

    package struct Cluster: Decodable, Sendable {
        package struct Replica: Decodable, Sendable {
            package let name: String
            package let current: Bool?
            package let lag: UInt64?
        }

        package let name: String?
        package let leader: String?
        package let replicas: [Replica]?
    }

    package let config: StreamConfiguration
    package let state: State
    /// RFC 3339; changes when the stream is deleted and made again.
    package let created: String
    package let cluster: Cluster?
}

/// How a consumer hands out a stream's messages. Source: JetStream API, `ConsumerConfig`.
package struct ConsumerConfiguration: Codable, Equatable, Sendable {
    package enum DeliverPolicy: String, Codable, Sendable {
        case all, last, new
        case byStartSequence = "by_start_sequence"
        case lastPerSubject = "last_per_subject"
    }

    package enum AckPolicy: String, Codable, Sendable { case none, all, explicit }

    package var name: String?
    package var durableName: String?
    package var deliverPolicy: DeliverPolicy = .all
    package var optStartSeq: UInt64?
    package var ackPolicy: AckPolicy = .explicit
    package var filterSubject: String?
    package var deliverSubject: String?
    package var flowControl: Bool?
    package var idleHeartbeat: Int64?
    package var maxDeliver: Int?
    package var memStorage: Bool?
    package var numReplicas: Int?
    package var inactiveThreshold: Int64?

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case name
        case durableName = "durable_name"
        case deliverPolicy = "deliver_policy"
        case optStartSeq = "opt_start_seq"
        case ackPolicy = "ack_policy"
        case filterSubject = "filter_subject"
        case deliverSubject = "deliver_subject"
        case flowControl = "flow_control"
        case idleHeartbeat = "idle_heartbeat"
        case maxDeliver = "max_deliver"
        case memStorage = "mem_storage"
        case numReplicas = "num_replicas"
        case inactiveThreshold = "inactive_threshold"
    }
}

/// A consumer as the server describes it.
package struct ConsumerInfo: Decodable, Sendable {
    package let name: String
    package let numPending: UInt64?

    private enum CodingKeys: String, CodingKey {
        case name
        case numPending = "num_pending"
    }
}
