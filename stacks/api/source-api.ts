/** The REST API in front of the sources, its stage, who may call it, its logs, and the record of its requests. */

import { createHash } from 'node:crypto';
import { ApiGatewayDeployment } from '@cdktf/provider-aws/lib/api-gateway-deployment';
import { ApiGatewayMethodSettings } from '@cdktf/provider-aws/lib/api-gateway-method-settings';
import { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { ApiGatewayStage } from '@cdktf/provider-aws/lib/api-gateway-stage';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { Construct } from 'constructs';
import { API_HANDLERS } from '../../pipeline/handler-environment';
import { ingestedTables } from '../../pipeline/ingested-tables';
import { skipChecks } from '../constructs/skip-checks';
import { stackOf } from '../constructs/stack-of';
import { deployedIngests } from '../deployed-ingests';
import type { PipelineFunctions } from '../pipeline/functions';
import type { ApiSettings } from '../settings/api';
import type { Settings } from '../settings-schema';
import { ACCESS_LOG_FORMAT, addAccessLog, addExecutionLog, addLogRole } from './api-logs';
import { addFirewall } from './firewall';
import { buildGatewayDocument } from './gateway-document';
import { addRequestsTable } from './requests-table';
import { addUsagePlan } from './usage-plan';

export interface SourceApiProps {
  readonly api: ApiSettings;
  readonly functions: PipelineFunctions;
  readonly keyArn: string;
}

export class SourceApi extends Construct {
  readonly url: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SourceApiProps,
  ) {
    super(scope, id);
    const { api, keyArn } = props;
    addRequestsTable(this, keyArn);
    const rest = this.addRestApi();
    const stage = this.addStage(rest);
    this.addMethodSettings(rest, stage);
    this.addPermissions(rest);
    addUsagePlan(this, { apiId: rest.id, stage: stage.stageName, api });
    if (api.waf !== undefined) addFirewall(this, { ...api.waf, stageArn: stage.arn, keyArn });
    this.url = stage.invokeUrl;
  }

  private addRestApi(): ApiGatewayRestApi {
    const { names, settings } = stackOf(this);
    return new ApiGatewayRestApi(this, 'rest', {
      name: names.of('api'),
      description: 'Adds rows and items to the sources: docs/openapi.json',
      body: buildGatewayDocument({ names, settings, api: this.props.api, without: notWritten(settings) }),
      endpointConfiguration: { types: ['REGIONAL'] },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private addStage(rest: ApiGatewayRestApi): ApiGatewayStage {
    const { keyArn, api } = this.props;
    const { names } = stackOf(this);
    const deployment = new ApiGatewayDeployment(this, 'deployment', {
      restApiId: rest.id,
      triggers: { document: createHash('sha256').update(rest.bodyInput!).digest('hex') },
      lifecycle: { createBeforeDestroy: true },
    });
    const accessLog = addAccessLog(this, keyArn);
    const executionLog = addExecutionLog(this, rest.id, names.apiStage, keyArn);
    const stage = new ApiGatewayStage(this, 'stage', {
      restApiId: rest.id,
      deploymentId: deployment.id,
      stageName: names.apiStage,
      description: 'Rows and items into the sources',
      xrayTracingEnabled: true,
      accessLogSettings: {
        destinationArn: names.logGroupArn(accessLog.nameInput!),
        format: ACCESS_LOG_FORMAT,
      },
      dependsOn: [accessLog, executionLog, ...addLogRole(this)],
    });
    skipChecks(stage, {
      CKV2_AWS_51: 'callers are known by their signature or their key, the functions by IAM',
      CKV_AWS_120: 'each answer is about what just happened',
      ...(api.waf === undefined ? { CKV2_AWS_29: 'the setting api.waf puts one in front of it' } : {}),
    });
    return stage;
  }

  private addMethodSettings(rest: ApiGatewayRestApi, stage: ApiGatewayStage): void {
    const { requestsPerSecond, burst } = this.props.api;
    const settings = new ApiGatewayMethodSettings(this, 'method-settings', {
      restApiId: rest.id,
      stageName: stage.stageName,
      methodPath: '*/*',
      settings: {
        metricsEnabled: true,
        loggingLevel: 'ERROR',
        // It would write bodies, and so rows, into the log.
        dataTraceEnabled: false,
        throttlingRateLimit: requestsPerSecond,
        throttlingBurstLimit: burst,
      },
    });
    skipChecks(settings, { CKV_AWS_225: 'each answer is about what just happened' });
  }

  /** The functions of the API take requests of this API only. */
  private addPermissions(rest: ApiGatewayRestApi): void {
    const { names } = stackOf(this);
    for (const handler of API_HANDLERS) {
      const called = this.props.functions[handler];
      if (called === undefined) continue;
      new LambdaPermission(this, `invoke-${handler}`, {
        statementId: 'ApiGateway',
        action: 'lambda:InvokeFunction',
        functionName: called.function.functionName,
        principal: 'apigateway.amazonaws.com',
        sourceArn: `${rest.executionArn}/${names.apiStage}/*`,
      });
    }
  }
}

/** Tables of the catalogue that this deployment may not fill: their paths are not there. */
function notWritten(settings: Settings): string[] {
  const written = deployedIngests(settings).map(({ name }) => name);
  return ingestedTables().flatMap(({ name }) => (written.includes(name) ? [] : [name]));
}
