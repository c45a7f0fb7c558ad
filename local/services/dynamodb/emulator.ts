/** The files of DynamoDB Local, and how it is made to listen on the loopback address only. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const JAR = 'DynamoDBLocal.jar';
const LIBRARIES = 'DynamoDBLocal_lib';

/**
 * Where `DynamoDBLocal.jar` and `DynamoDBLocal_lib` are: in the folder that CDC_DYNAMODB_LOCAL names, for those who have
 * a copy of their own, or in the npm package.
 * @throws Error when the named folder has no such files
 */
export function emulatorFolder(): string {
  const own = process.env.CDC_DYNAMODB_LOCAL;
  if (own === undefined || own === '') {
    return join(
      dirname(createRequire(__filename).resolve('amplify-dynamodb-simulator/package.json')),
      'emulator',
    );
  }
  const missing = [JAR, LIBRARIES].filter((name) => !existsSync(join(own, name)));
  if (missing.length === 0) return resolve(own);
  throw new Error(
    `CDC_DYNAMODB_LOCAL is ${own}, which has no ${missing.join(' and no ')}. Name the folder that the archive of ` +
      'DynamoDB Local was unpacked to, or unset the variable to use the copy that npm installs.',
  );
}

export interface ListeningOptions {
  readonly emulator: string;
  readonly port: number;
  readonly dataFolder: string;
  /** Written for a copy that can be configured by a file. */
  readonly configurationFile: string;
}

/**
 * Java's arguments. DynamoDB Local's own program listens on all interfaces and has no option for that. Releases 1.x
 * carry Jetty 9 with its XML configuration, by which the same handlers are put behind a connector of the loopback
 * address; this needs no Java policy, whose machinery Java 24 removed. Other releases start by their own program: the
 * random access key is then all that keeps other machines out.
 */
export function listeningArguments(options: ListeningOptions): string[] {
  const { emulator, port, dataFolder, configurationFile } = options;
  const isConfigurable = readdirSync(join(emulator, LIBRARIES)).some((name) =>
    name.startsWith('jetty-xml-9.'),
  );
  if (!isConfigurable) {
    return ['-jar', join(emulator, JAR), '-port', String(port), '-dbPath', dataFolder, '-disableTelemetry'];
  }
  writeFileSync(configurationFile, buildJettyConfiguration({ port, dataFolder }), { mode: 0o600 });
  return [
    '-Dorg.eclipse.jetty.util.log.announce=false',
    '-Dorg.eclipse.jetty.LEVEL=WARN',
    // The file names no document type, so that none is looked up.
    '-Dorg.eclipse.jetty.xml.XmlParser.Validating=false',
    '-cp',
    join(emulator, JAR),
    'org.eclipse.jetty.xml.XmlConfiguration',
    configurationFile,
  ];
}

/** What `ServerRunner.createServer` of DynamoDB Local 1.25 builds, but for the address. */
function buildJettyConfiguration(options: { readonly port: number; readonly dataFolder: string }): string {
  const local = 'com.amazonaws.services.dynamodbv2.local.server';
  return `<?xml version="1.0" encoding="UTF-8"?>
<Configure id="server" class="org.eclipse.jetty.server.Server">
  <Arg>
    <New class="java.net.InetSocketAddress">
      <Arg>127.0.0.1</Arg>
      <Arg type="int">${options.port}</Arg>
    </New>
  </Arg>
  <Set name="handler">
    <New class="org.eclipse.jetty.server.handler.ContextHandler">
      <Set name="handler">
        <New class="${local}.LocalDynamoDBServerHandler">
          <Arg>
            <New class="${local}.LocalDynamoDBRequestHandler">
              <!-- unused; in memory; folder; one database for all keys; tables stay CREATING for a while -->
              <Arg type="int">0</Arg>
              <Arg type="boolean">false</Arg>
              <Arg>${xmlText(options.dataFolder)}</Arg>
              <Arg type="boolean">false</Arg>
              <Arg type="boolean">false</Arg>
            </New>
          </Arg>
          <!-- origins for browsers -->
          <Arg></Arg>
        </New>
      </Set>
    </New>
  </Set>
</Configure>
`;
}

const xmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
