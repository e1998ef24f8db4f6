import type { Readable } from "node:stream";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  NoSuchKey,
  type ObjectVersion,
  S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { type AwsAccess, clientConfig, paced } from "./clients";

/** The bucket that archives are kept in. */
export interface ArchiveBucket {
  readonly name: string;
  /** ARN of the KMS key that encrypts archives. Default: the account's own `aws/s3`. */
  readonly keyArn?: string;
}

/** Size of a part of a large upload, bytes; 10,000 parts make 160 GB. S3 wants at least 5 MiB. */
const PART_BYTES = 16 * 1024 * 1024;

/** Parts of one upload that are on their way at once. */
const PARTS_AT_ONCE = 2;

/** Versions that one DeleteObjects takes (S3's limit). */
const DELETED_AT_ONCE = 1000;

/** Archives in an S3 bucket, with every version there ever was of them. */
export class AwsArchives {
  private readonly s3: S3Client;

  constructor(
    private readonly bucket: ArchiveBucket,
    access: AwsAccess,
  ) {
    // Other servers than AWS have no name for each bucket.
    const forcePathStyle = access.endpoint !== undefined;
    this.s3 = paced(new S3Client({ ...clientConfig(access), forcePathStyle }), "s3", access);
  }

  /** Stores an archive, in parts where it is large; a failed upload leaves nothing. */
  async put(name: string, content: Readable): Promise<void> {
    await new Upload({
      client: this.s3,
      partSize: PART_BYTES,
      queueSize: PARTS_AT_ONCE,
      params: {
        Bucket: this.bucket.name,
        Key: name,
        Body: content,
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: this.bucket.keyArn,
        BucketKeyEnabled: true,
      },
    }).done();
  }

  /** What an archive holds; undefined where there is none. */
  async get(name: string): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket.name, Key: name }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** Names that begin so, those among them of which only old versions are left: a purge must not miss them. */
  async list(prefix: string): Promise<string[]> {
    const names = new Set<string>();
    for await (const { Key } of this.versions(prefix)) if (Key !== undefined) names.add(Key);
    return [...names];
  }

  /** Deletes every version of an archive. */
  delete(name: string): Promise<void> {
    // The bucket knows prefixes only.
    return this.deleteVersions(name, (key) => key === name);
  }

  /** Deletes every version of all archives whose names begin so. */
  deleteAll(prefix: string): Promise<void> {
    return this.deleteVersions(prefix, () => true);
  }

  /** Gives the connections back. */
  close(): void {
    this.s3.destroy();
  }

  private async deleteVersions(prefix: string, isMeant: (key: string) => boolean): Promise<void> {
    const found: { Key: string; VersionId: string | undefined }[] = [];
    for await (const { Key, VersionId } of this.versions(prefix, true)) {
      if (Key !== undefined && isMeant(Key)) found.push({ Key, VersionId });
    }
    for (let at = 0; at < found.length; at += DELETED_AT_ONCE) {
      const { Errors = [] } = await this.s3.send(
        new DeleteObjectsCommand({
          Bucket: this.bucket.name,
          Delete: { Objects: found.slice(at, at + DELETED_AT_ONCE), Quiet: true },
        }),
      );
      const [failed] = Errors;
      if (failed !== undefined) {
        throw new Error(
          `archive '${failed.Key}' cannot be deleted from bucket '${this.bucket.name}': ${failed.Code} ${failed.Message}`,
        );
      }
    }
  }

  private async *versions(
    prefix: string,
    markers = false,
  ): AsyncGenerator<Pick<ObjectVersion, "Key" | "VersionId">> {
    let after: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (after !== undefined) {
      const page: ListObjectVersionsCommandOutput = await this.s3.send(
        new ListObjectVersionsCommand({ Bucket: this.bucket.name, Prefix: prefix, ...after }),
      );
      yield* page.Versions ?? [];
      if (markers) yield* page.DeleteMarkers ?? [];
      const { IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
      after =
        IsTruncated === true ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined;
    }
  }
}
