/** Gives a user rights on the tests' broker, asked as one who may do everything. */
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
  type AclEntry,
} from 'kafkajs';
import type { Operation, Permission } from '../../engine/kafka/checks/permissions.ts';

const operations: Readonly<Record<Operation, AclOperationTypes>> = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  describe: AclOperationTypes.DESCRIBE,
  create: AclOperationTypes.CREATE,
};

const entries = (user: string, { resource, name, pattern, operations: asked }: Permission): AclEntry[] =>
  asked.map((operation) => ({
    resourceType: resource === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
    resourceName: name,
    resourcePatternType: pattern === 'literal' ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
    principal: `User:${user}`,
    host: '*',
    operation: operations[operation],
    permissionType: AclPermissionTypes.ALLOW,
  }));

export async function grant(
  brokers: readonly string[],
  rights: Readonly<Record<string, readonly Permission[]>>,
): Promise<void> {
  const kafka = new Kafka({ clientId: 'grant', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const acl = Object.entries(rights).flatMap(([user, permissions]) =>
      permissions.flatMap((permission) => entries(user, permission)),
    );
    await admin.createAcls({ acl });
  } finally {
    await admin.disconnect();
  }
}
