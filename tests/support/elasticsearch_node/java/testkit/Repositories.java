package testkit;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.elasticsearch.cluster.metadata.RepositoryMetadata;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.common.blobstore.BlobStore;
import org.elasticsearch.common.blobstore.fs.FsBlobStore;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.util.BigArrays;
import org.elasticsearch.env.Environment;
import org.elasticsearch.indices.recovery.RecoverySettings;
import org.elasticsearch.repositories.Repository;
import org.elasticsearch.repositories.RepositoryException;
import org.elasticsearch.repositories.fs.FsRepository;
import org.elasticsearch.xcontent.NamedXContentRegistry;

/**
 * Repository types that the distribution for integration tests leaves out, kept as files below path.repo, so that their real
 * request bodies can be sent: s3, gcs and azure in TYPE/BUCKET/BASE_PATH, and url, which reads a file: address. They stand in for
 * the storage and test nothing of it.
 */
final class Repositories {
    private static final int BUFFER_BYTES = 128 * 1024;

    static Map<String, Repository.Factory> factories(
            Environment environment, NamedXContentRegistry content, ClusterService cluster, BigArrays arrays, RecoverySettings recovery) {
        Map<String, Repository.Factory> factories = new HashMap<>();
        for (String type : List.of("s3", "gcs", "azure", "url")) {
            factories.put(type, metadata -> {
                Path directory = type.equals("url") ? address(metadata) : bucket(environment, metadata);
                Settings settings = Settings.builder().put(metadata.settings())
                    .put("location", directory.toString())
                    .put("readonly", type.equals("url") || metadata.settings().getAsBoolean("readonly", false))
                    .build();
                RepositoryMetadata located = new RepositoryMetadata(
                    metadata.name(), metadata.uuid(), metadata.type(), settings, metadata.generation(), metadata.pendingGeneration());
                return new FsRepository(located, environment, content, cluster, arrays, recovery) {
                    @Override
                    protected BlobStore createBlobStore() throws Exception {
                        return new FsBlobStore(BUFFER_BYTES, directory, isReadOnly());
                    }
                };
            });
        }
        return factories;
    }

    private static Path address(RepositoryMetadata metadata) {
        return Path.of(URI.create(required(metadata, "url")));
    }

    private static Path bucket(Environment environment, RepositoryMetadata metadata) {
        String bucket = required(metadata, metadata.type().equals("azure") ? "container" : "bucket");
        return environment.repoDirs()[0].resolve(metadata.type()).resolve(bucket)
            .resolve(metadata.settings().get("base_path", "_root"));
    }

    private static String required(RepositoryMetadata metadata, String setting) {
        String value = metadata.settings().get(setting);
        if (value == null) {
            throw new RepositoryException(metadata.name(), "No " + setting + " defined for " + metadata.type() + " repository");
        }
        return value;
    }
}
