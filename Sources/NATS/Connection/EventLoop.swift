private import CNats
private import Foundation
private import Synchronization

/// Drives one libnats connection from one thread: reads, writes and ticks.
///
/// libnats is told (`natsOptions_SetEventLoop`) to leave its socket to us. Publishing then only appends to
/// libnats's buffer and wakes this loop, so that a lone request leaves at once, many publishes leave in
/// one write, and no caller ever blocks on a full socket.
final class EventLoop: Sendable {
    private struct State {
        var socket: Int32 = -1
        var wantsRead = false
        var wantsWrite = false
        var isPolling = false
        var isStopping = false
        /// Both come after a close: libnats's last call into the loop, and its last event.
        var isDetached = false
        var isClosed = false
    }

    private let state = Mutex(State())
    /// A pipe whose reading end is in every poll; `-1` when the system has no descriptor left.
    private let wakeRead: Int32
    private let wakeWrite: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        if unsafe pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
        }
        self.wakeRead = ends[0]
        self.wakeWrite = ends[1]
    }

    deinit {
        if self.wakeRead >= 0 { Glibc.close(self.wakeRead) }
        if self.wakeWrite >= 0 { Glibc.close(self.wakeWrite) }
    }

    /// Whether the loop has a descriptor to be woken by.
    var isUsable: Bool { self.wakeRead >= 0 }

    // MARK: Called by libnats, on any thread, mostly under the connection's lock

    func attach(socket: Int32) {
        self.change {
            $0.socket = socket; $0.wantsRead = true; $0.wantsWrite = false
        }
    }

    func setReading(_ wanted: Bool) { self.change { $0.wantsRead = wanted } }

    func setWriting(_ wanted: Bool) { self.change { $0.wantsWrite = wanted } }

    func detach() {
        self.change {
            $0.socket = -1; $0.wantsRead = false; $0.wantsWrite = false; $0.isDetached = true
        }
    }

    func closed() { self.change { $0.isClosed = true } }

    // MARK: Called by us

    /// Forgets the last connection, before the next one is made.
    func reset() {
        self.change { state in
            let isStopping = state.isStopping
            state = State()
            state.isStopping = isStopping
        }
    }

    /// Makes a waiting `pause` or `run` return soon.
    func stop() { self.change { $0.isStopping = true } }

    var isStopping: Bool { self.state.withLock { $0.isStopping } }

    /// Waits for `duration`, or until `stop`.
    func pause(for duration: Duration, tick: () -> Void) {
        let end = ContinuousClock.now.advanced(by: duration)
        while !self.isStopping, ContinuousClock.now < end {
            _ = self.wait(at: nil, milliseconds: min(100, max(1, Int32((end - .now) / .milliseconds(1)))))
            tick()
        }
    }

    /// Serves `connection` until libnats has closed it and let go of this loop.
    ///
    /// - Parameter onStop: asked once, after `stop`; must close the connection.
    func run(_ connection: ConnectionHandle, tick: () -> Bool, onStop: () -> Void) {
        var isStopped = false
        var isBusy = false
        while true {
            let state = self.state.withLock { state in
                state.isPolling = true
                return state
            }
            if state.isDetached, state.isClosed { return }
            if state.isStopping, !isStopped {
                isStopped = true
                onStop()
                continue
            }
            let events = self.wait(at: state, milliseconds: isBusy ? 50 : 1_000)
            if events & Int16(POLLIN | POLLHUP | POLLERR) != 0, state.wantsRead {
                unsafe natsConnection_ProcessReadEvent(connection.pointer)
            }
            if self.state.withLock({ $0.wantsWrite }) {
                unsafe natsConnection_ProcessWriteEvent(connection.pointer)
            }
            isBusy = tick()
        }
    }

    /// Polls once.
    ///
    /// - Returns: what happened on the socket.
    private func wait(at state: State?, milliseconds: Int32) -> Int16 {
        var descriptors = [pollfd(fd: self.wakeRead, events: Int16(POLLIN), revents: 0)]
        if let state, state.socket >= 0 {
            let wanted = (state.wantsRead ? POLLIN : 0) | (state.wantsWrite ? POLLOUT : 0)
            descriptors.append(pollfd(fd: state.socket, events: Int16(wanted), revents: 0))
        }
        let ready = unsafe poll(&descriptors, nfds_t(descriptors.count), milliseconds)
        self.state.withLock { $0.isPolling = false }
        guard ready > 0 else { return 0 }
        if descriptors[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            while unsafe read(self.wakeRead, &bytes, bytes.count) > 0 {}
        }
        return descriptors.count > 1 ? descriptors[1].revents : 0
    }

    private func change(_ body: (inout State) -> Void) {
        let mustWake = self.state.withLock { state in
            body(&state)
            // One byte is enough until the loop has polled again.
            defer { state.isPolling = false }
            return state.isPolling
        }
        if mustWake {
            var byte: UInt8 = 1
            _ = unsafe write(self.wakeWrite, &byte, 1)
        }
    }
}
