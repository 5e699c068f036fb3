import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/**
 * One node of OpenSearch for tests, in a process of its own. Its arguments: the node's folder,
 * which holds config/opensearch.yml, and the classes of the modules it is to have.
 */
public class OpenSearchNode {
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    List<Class<? extends Plugin>> modules = new ArrayList<>();
    for (int n = 1; n < arguments.length; n++) {
      modules.add(module(arguments[n]));
    }
    Settings settings = Settings.builder().put("path.home", home.toString()).build();
    Node node =
        new OpenSearchRunnerNode(
            InternalSettingsPreparer.prepareEnvironment(
                settings, Map.of(), null, () -> home.getFileName().toString()),
            modules);
    node.start();
    // Whoever started the node holds the other end of its input: when they go, so does it.
    while (System.in.read() >= 0) {}
    node.close();
    System.exit(0);
  }

  /** A module's class, which OpenSearch 2 called otherwise. */
  private static Class<? extends Plugin> module(String name) throws ClassNotFoundException {
    try {
      return Class.forName(name).asSubclass(Plugin.class);
    } catch (ClassNotFoundException missing) {
      return Class.forName(name.replace("ModulePlugin", "Plugin")).asSubclass(Plugin.class);
    }
  }
}
