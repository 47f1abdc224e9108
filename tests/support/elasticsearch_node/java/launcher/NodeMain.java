package launcher;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.KeyStoreWrapper;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Starts one node on loopback: HOME NODE_DIRECTORY HTTP_PORT TRANSPORT_PORT REPOSITORIES.
 * HOME holds modules/ and plugins/; the password of the user elastic is in the environment.
 */
public class NodeMain {
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Path directory = Path.of(arguments[1]);
        LogConfigurator.registerErrorListener();
        LogConfigurator.configureESLogging();
        KeyStoreWrapper keystore = KeyStoreWrapper.create();
        keystore.setString("bootstrap.password", System.getenv("ELASTIC_PASSWORD").toCharArray());
        Settings settings = Settings.builder()
            .setSecureSettings(keystore)
            .put("xpack.security.enabled", true)
            .put("path.home", home)
            .put("path.data", directory.resolve("data"))
            .put("path.logs", directory.resolve("logs"))
            .putList("path.repo", arguments[4])
            .put("cluster.name", directory.getFileName().toString())
            .put("node.name", directory.getFileName().toString())
            .put("discovery.type", "single-node")
            .put("http.host", "127.0.0.1").put("http.port", arguments[2])
            .put("transport.host", "127.0.0.1").put("transport.port", arguments[3])
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings, Map.of(), directory.resolve("config"), () -> "node");
        LogConfigurator.configure(environment, true);
        PluginsLoader plugins = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir()),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir()), Map.of(), false);
        Node node = new Node(environment, plugins);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception error) {
                error.printStackTrace();
            } finally {
                stopped.countDown();
            }
        }));
        node.start();
        stopped.await();
    }
}
