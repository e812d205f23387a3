// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "kez",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "kez", targets: ["kez"]),
        .library(name: "NATS", targets: ["NATS", "NKeys"]),
        .library(name: "KezClient", targets: ["KezClient"]),
    ],
    // Exact versions: Package.resolved is not kept, and a build must not change under us.
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CNats", providers: [.apt(["libnats-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),

        .target(name: "Sodium", dependencies: ["CSodium"]),
        .target(name: "NKeys", dependencies: ["Sodium"]),
        .target(name: "NATS", dependencies: ["CNats", "NKeys"]),
        .target(
            name: "KezCore",
            dependencies: ["NKeys", "Sodium", .product(name: "Crypto", package: "swift-crypto")]),
        .target(
            name: "KezRuntime",
            dependencies: [
                "KezCore", "NATS", "NKeys",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),

        .target(name: "AuthCallout", dependencies: service),
        .target(name: "Registry", dependencies: service + [.product(name: "GRDB", package: "GRDB.swift")]),
        .target(name: "InboxWorker", dependencies: service + [.product(name: "GRDB", package: "GRDB.swift")]),
        .target(
            name: "Gateway",
            dependencies: service + [
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),

        .target(
            name: "KezClient",
            dependencies: [
                "KezCore", "KezRuntime", "NATS", "NKeys", "Sodium",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .executableTarget(
            name: "kez",
            dependencies: [
                "AuthCallout", "Registry", "InboxWorker", "Gateway", "KezClient", "KezRuntime", "KezCore", "NATS",
                "NKeys",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Resources/nats.conf")]),

        .target(
            name: "KezTesting",
            dependencies: ["KezCore", "KezRuntime", "NATS", "NKeys", .product(name: "Logging", package: "swift-log")]),
        .executableTarget(name: "NATSExercise", dependencies: ["NATS"], path: "Tests/NATSExercise"),
        .testTarget(name: "SodiumTests", dependencies: ["Sodium", "KezTesting"]),
        .testTarget(name: "NKeysTests", dependencies: ["NKeys", "KezTesting"]),
        .testTarget(name: "NATSTests", dependencies: ["NATS", "KezTesting"]),
        .testTarget(name: "KezCoreTests", dependencies: ["KezCore", "KezTesting", "Sodium"]),
        .testTarget(name: "KezRuntimeTests", dependencies: ["KezRuntime", "KezTesting"]),
        .testTarget(
            name: "AuthCalloutTests",
            dependencies: ["AuthCallout", "InboxWorker", "KezTesting", "Registry", "Sodium"]),
        .testTarget(
            name: "RegistryTests",
            dependencies: ["Registry", "KezTesting", .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(
            name: "InboxWorkerTests",
            dependencies: ["InboxWorker", "KezTesting", .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "KezTesting", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .testTarget(name: "KezClientTests", dependencies: ["kez", "KezClient", "KezCore", "KezTesting"]),
        .testTarget(
            name: "Integration",
            dependencies: ["kez", "KezClient", "KezCore", "KezTesting", "NATS", "NKeys"]),
    ]
)

/// What every service library builds on; services never import each other.
var service: [Target.Dependency] {
    [
        "KezCore", "KezRuntime", "NATS", "NKeys", "Sodium",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    ]
}

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ]
}
