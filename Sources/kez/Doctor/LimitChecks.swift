package import KezCore

/// Limits that contradict each other, or what the clients rely on.
package enum LimitChecks {
    private static let subject = "limits"
    /// What a stored message may have beside its envelope, `ExpectedStreams`.
    private static let headerRoom = 2048
    /// For how long a client repeats a send.
    private static let retries = 15.0

    package static func findings(_ limits: Limits) -> [Finding] {
        (Self.sizes(limits) + Self.stores(limits) + Self.doors(limits)).or(
            .ok(Self.subject, "The limits do not contradict each other."))
    }

    private static func sizes(_ limits: Limits) -> [Finding] {
        var found: [Finding] = []
        if limits.envelopeBytes > limits.bodyBytes {
            found.append(
                .problem(
                    Self.subject,
                    "An envelope may have \(limits.envelopeBytes) bytes, a request's body only \(limits.bodyBytes): "
                        + "the largest messages cannot be sent over HTTP.",
                    do: "Set --limit-body-bytes to \(limits.envelopeBytes * 2), or lower --limit-envelope-bytes."))
        }
        if limits.signedBodyBytes > limits.bodyBytes {
            found.append(
                .warning(
                    Self.subject,
                    "A registration may have \(limits.signedBodyBytes) bytes, a request's body only "
                        + "\(limits.bodyBytes).",
                    do: "Lower --limit-signed-body-bytes, or raise --limit-body-bytes."))
        }
        if limits.headerBytes > Self.headerRoom {
            found.append(
                .warning(
                    Self.subject,
                    "Headers may have \(limits.headerBytes) bytes; the log has room for \(Self.headerRoom) beside the "
                        + "largest envelope.",
                    do: "Set --limit-header-bytes to \(Self.headerRoom) or less."))
        }
        return found
    }

    private static func stores(_ limits: Limits) -> [Finding] {
        var found: [Finding] = []
        if limits.retention < Limits.duplicateWindow {
            found.append(
                .problem(
                    Self.subject, "The log forgets messages within the time in which it must know them again.",
                    do: "Raise --limit-retention-days."))
        }
        if limits.inboxBytes < limits.envelopeBytes {
            found.append(
                .problem(
                    Self.subject, "An inbox holds \(limits.inboxBytes) bytes, less than one envelope.",
                    do: "Raise --limit-inbox-bytes."))
        }
        for (name, messages) in [("pair-messages", limits.pairMessages), ("anonymous-stored", limits.anonymousStored)]
        where messages > limits.inboxMessages {
            found.append(
                .warning(
                    Self.subject,
                    "--limit-\(name) is \(messages), more than an inbox holds (\(limits.inboxMessages)): one sender "
                        + "can fill it.", do: "Lower --limit-\(name), or raise --limit-inbox-messages."))
        }
        if let log = limits.logBytes, log < limits.inboxBytes {
            let isUseless = log < limits.envelopeBytes
            let sentence = "A shard's log holds \(log) bytes, less than one \(isUseless ? "envelope" : "full inbox")."
            let remedy = "Raise --limit-log-bytes, or lower --limit-inbox-bytes."
            found.append(
                isUseless ? .problem(Self.subject, sentence, do: remedy) : .warning(Self.subject, sentence, do: remedy))
        }
        return found
    }

    private static func doors(_ limits: Limits) -> [Finding] {
        var found: [Finding] = []
        if let connections = limits.connections, connections < 2 {
            found.append(
                .problem(
                    Self.subject, "A key may have one connection; a client makes the next before it closes the last.",
                    do: "Set --limit-connections to 4 or more."))
        }
        if let day = limits.tunnelDayBytes, day < limits.envelopeBytes {
            found.append(
                .problem(
                    Self.subject, "A key may send \(day) bytes a day through the tunnel, less than one envelope.",
                    do: "Raise --limit-tunnel-day-bytes."))
        }
        if !limits.tunnelBytes.isOff, Double(limits.envelopeBytes) > limits.tunnelBytes.perSecond * Self.retries {
            found.append(
                .warning(
                    Self.subject,
                    "The tunnel lets \(Int(limits.tunnelBytes.perSecond)) bytes a second through: the largest envelope "
                        + "takes longer than the 15 s for which clients wait.",
                    do: "Raise the second number of --limit-tunnel-bytes."))
        }
        if let factor = limits.suspendFactor, factor < 2 {
            found.append(
                .warning(
                    Self.subject, "Whoever asks for a budget once over within a minute is suspended.",
                    do: "Set --limit-suspend-factor to 10, or to off."))
        }
        if let sends = limits.suspendUnregistered, sends < 10 {
            found.append(
                .warning(
                    Self.subject, "\(sends) messages to people who gave their handle up suspend their sender.",
                    do: "Set --limit-suspend-unregistered to 100, or to off."))
        }
        for (name, limit) in [("http", limits.http), ("registrations", limits.registrations)] where limit.isOff {
            found.append(
                .warning(
                    Self.subject, "--limit-\(name) is off: one address can take all there is.",
                    do: "Switch it on, unless a proxy in front limits each address."))
        }
        return found
    }
}
