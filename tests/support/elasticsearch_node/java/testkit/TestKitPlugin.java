package testkit;

import java.util.*;
import java.util.function.*;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.metadata.IndexNameExpressionResolver;
import org.elasticsearch.cluster.metadata.RepositoryMetadata;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.common.io.stream.NamedWriteableRegistry;
import org.elasticsearch.common.settings.*;
import org.elasticsearch.env.Environment;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.index.IndexVersion;
import org.elasticsearch.index.analysis.*;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.*;
import org.elasticsearch.rest.*;
import org.elasticsearch.xcontent.XContentBuilder;

/** Stands in for what the integ-test zip leaves out: GET /, and the analysis parts that the .security index names. */
public class TestKitPlugin extends Plugin implements ActionPlugin, AnalysisPlugin, RepositoryPlugin {
    private volatile ClusterService cluster;

    @Override public Collection<?> createComponents(PluginServices services) {
        cluster = services.clusterService();
        return List.of();
    }

    @Override public Collection<RestHandler> getRestHandlers(Settings s, NamedWriteableRegistry n, RestController c, ClusterSettings cs,
            IndexScopedSettings is, SettingsFilter sf, IndexNameExpressionResolver r, Supplier<DiscoveryNodes> d, Predicate<NodeFeature> f) {
        return List.of(new Root());
    }

    @Override public Map<String, org.elasticsearch.repositories.Repository.Factory> getRepositories(Environment env,
            org.elasticsearch.xcontent.NamedXContentRegistry x, ClusterService c, org.elasticsearch.common.util.BigArrays b,
            org.elasticsearch.indices.recovery.RecoverySettings r, org.elasticsearch.repositories.RepositoriesMetrics m) {
        return Repositories.factories(env, x, c, b, r);
    }

    class Root extends BaseRestHandler {
        @Override public String getName() { return "testkit_root"; }
        @Override public List<Route> routes() {
            return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/"));
        }
        @Override protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
            return channel -> {
                var b = Build.current();
                try (XContentBuilder x = channel.newBuilder().prettyPrint()) {
                    x.startObject();
                    x.field("name", cluster.getNodeName());
                    x.field("cluster_name", cluster.getClusterName().value());
                    x.field("cluster_uuid", cluster.state().metadata().clusterUUID());
                    x.startObject("version");
                    x.field("number", b.qualifiedVersion());
                    x.field("build_flavor", b.flavor());
                    x.field("build_type", b.type().displayName());
                    x.field("build_hash", b.hash());
                    x.field("build_date", b.date());
                    x.field("build_snapshot", b.isSnapshot());
                    x.field("lucene_version", IndexVersion.current().luceneVersion().toString());
                    x.field("minimum_wire_compatibility_version", b.minWireCompatVersion());
                    x.field("minimum_index_compatibility_version", b.minIndexCompatVersion());
                    x.endObject();
                    x.field("tagline", "You Know, for Search");
                    x.endObject();
                    channel.sendResponse(new RestResponse(RestStatus.OK, x));
                }
            };
        }
    }

    private static AnalysisProvider<TokenFilterFactory> filter(Function<Settings, UnaryOperator<TokenStream>> make) {
        return (index, env, name, settings) -> new AbstractTokenFilterFactory(name, settings) {
            final UnaryOperator<TokenStream> op = make.apply(settings);
            @Override public TokenStream create(TokenStream in) { return op.apply(in); }
        };
    }

    @Override public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        return Map.of(
            "pattern_capture", filter(s -> {
                boolean keep = s.getAsBoolean("preserve_original", true);
                Pattern[] ps = s.getAsList("patterns").stream().map(Pattern::compile).toArray(Pattern[]::new);
                return in -> new PatternCaptureGroupTokenFilter(in, keep, ps);
            }),
            "unique", filter(s -> RemoveDuplicatesTokenFilter::new));
    }

    @Override public List<PreConfiguredTokenFilter> getPreConfiguredTokenFilters() {
        return List.of(PreConfiguredTokenFilter.singleton("unique", false, RemoveDuplicatesTokenFilter::new));
    }

    @Override public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of("uax_url_email", (index, env, name, settings) -> new AbstractTokenizerFactory(index, settings, name) {
            @Override public Tokenizer create() { return new UAX29URLEmailTokenizer(); }
        });
    }

    @Override public List<PreConfiguredTokenizer> getPreConfiguredTokenizers() {
        return List.of(PreConfiguredTokenizer.singleton("uax_url_email", UAX29URLEmailTokenizer::new));
    }
}
