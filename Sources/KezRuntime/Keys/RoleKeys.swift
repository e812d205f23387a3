package import KezCore
package import NKeys

// What one role holds of a deployment's keys. As a process of its own it reads these files and no others, so that
// a folder of keys given to one machine or container needs nothing else in it.

/// The files of each role, by the role's command.
package enum RoleKeyFiles {
    package static let provision = [DeploymentKeys.Role.provision.file]
    package static let registry = [DeploymentKeys.Role.registry.file, DeploymentKeys.invitePublicFile]
    package static let inboxWorker = [DeploymentKeys.Role.worker.file]
    package static let authCallout =
        [DeploymentKeys.Role.callout.file, DeploymentKeys.Role.kick.file] + CalloutKeyPair.files
    package static let gateway = [DeploymentKeys.Role.gateway.file, DeploymentKeys.tokenFile]
    /// What an operator's commands use on a running system; neither the issuer nor any service's login.
    package static let `operator` = [
        DeploymentKeys.Role.ops.file, DeploymentKeys.Role.admin.file, DeploymentKeys.inviteFile,
        DeploymentKeys.invitePublicFile,
    ]

    package static let byRole = [
        "provision": Self.provision, "registry": Self.registry, "inbox-worker": Self.inboxWorker,
        "auth-callout": Self.authCallout, "gateway": Self.gateway, "operator": Self.operator,
    ]

    /// What a role reads when it is there: keys that are on their way in or out, and the secret half of the invite
    /// key, which an operator may keep elsewhere.
    package static let optionalByRole = [
        "auth-callout": CalloutKeyPair.files.flatMap { file in KeyStage.allCases.map { $0.name(of: file) } },
        "operator": [DeploymentKeys.inviteFile],
    ]
}

package struct RegistryKeys: Sendable {
    package let pair: NKeyPair
    /// Whose invites are taken.
    package let invite: Primary

    package init(in folder: String) throws(KeyFile.Failure) {
        self.pair = try DeploymentKeys.user(.registry, in: folder)
        self.invite = try KeyFile.publicKey(at: DeploymentKeys.path(DeploymentKeys.invitePublicFile, in: folder))
    }

    package init(_ keys: DeploymentKeys) {
        self.pair = keys.pair(.registry)
        self.invite = keys.invitePublic
    }
}

package struct AuthCalloutKeys: Sendable {
    package let pair: NKeyPair
    /// Finds and closes connections, in the system account.
    package let kick: NKeyPair
    package let identity: CalloutKeyPair
    /// What further brokers may be configured with, while keys change.
    package let others: [CalloutKeyPair]

    package init(in folder: String) throws(KeyFile.Failure) {
        self.pair = try DeploymentKeys.user(.callout, in: folder)
        self.kick = try DeploymentKeys.user(.kick, in: folder)
        self.identity = try CalloutKeyPair(in: folder)
        self.others = try CalloutKeyPair.others(in: folder)
    }

    package init(_ keys: DeploymentKeys) {
        self.pair = keys.pair(.callout)
        self.kick = keys.pair(.kick)
        self.identity = keys.identity
        self.others = keys.otherIdentities
    }
}

package struct GatewayKeys: Sendable {
    package let pair: NKeyPair
    package let internalToken: String

    package init(in folder: String) throws(KeyFile.Failure) {
        self.pair = try DeploymentKeys.user(.gateway, in: folder)
        self.internalToken = try KeyFile.secret(at: DeploymentKeys.path(DeploymentKeys.tokenFile, in: folder))
    }

    package init(_ keys: DeploymentKeys) {
        self.pair = keys.pair(.gateway)
        self.internalToken = keys.internalToken
    }
}

/// The logins of an operator's commands: one in the services' account, which reads, one in the system account.
package struct OperatorKeys: Sendable {
    package let ops: NKeyPair
    package let admin: NKeyPair

    package init(in folder: String) throws(KeyFile.Failure) {
        self.ops = try DeploymentKeys.user(.ops, in: folder)
        self.admin = try DeploymentKeys.user(.admin, in: folder)
    }
}
