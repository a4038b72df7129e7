import type { DetectorDefinition } from "../detector.ts";
import { adafruitKey } from "../detectors/secrets/adafruit-key.ts";
import { adobeSecret } from "../detectors/secrets/adobe-secret.ts";
import { adyenKey } from "../detectors/secrets/adyen-key.ts";
import { ageSecretKey } from "../detectors/secrets/age-secret-key.ts";
import { airtableToken } from "../detectors/secrets/airtable-token.ts";
import { algoliaKey } from "../detectors/secrets/algolia-key.ts";
import { alibabaAccessKey } from "../detectors/secrets/alibaba-access-key.ts";
import { anthropicKey } from "../detectors/secrets/anthropic-key.ts";
import { artifactoryToken } from "../detectors/secrets/artifactory-token.ts";
import { asanaKeyed } from "../detectors/secrets/asana-keyed.ts";
import { asanaToken } from "../detectors/secrets/asana-token.ts";
import { atlassianToken } from "../detectors/secrets/atlassian-token.ts";
import { auth0Secret } from "../detectors/secrets/auth0-secret.ts";
import { awsAccessKey } from "../detectors/secrets/aws-access-key.ts";
import { awsBedrockKey } from "../detectors/secrets/aws-bedrock-key.ts";
import { awsMwsToken } from "../detectors/secrets/aws-mws-token.ts";
import { awsSecretKey } from "../detectors/secrets/aws-secret-key.ts";
import { awsSessionToken } from "../detectors/secrets/aws-session-token.ts";
import { azureAnnotatedKey } from "../detectors/secrets/azure-annotated-key.ts";
import { azureAppConfigurationSecret } from "../detectors/secrets/azure-app-configuration-secret.ts";
import { azureClientSecret } from "../detectors/secrets/azure-client-secret.ts";
import { azureDevopsToken } from "../detectors/secrets/azure-devops-token.ts";
import { azureSearchKey } from "../detectors/secrets/azure-search-key.ts";
import { azureSharedAccessKey } from "../detectors/secrets/azure-shared-access-key.ts";
import { azureStorageKey } from "../detectors/secrets/azure-storage-key.ts";
import { blynkSecret } from "../detectors/secrets/blynk-secret.ts";
import { braintreeToken } from "../detectors/secrets/braintree-token.ts";
import { brevoKey } from "../detectors/secrets/brevo-key.ts";
import { buildkiteToken } from "../detectors/secrets/buildkite-token.ts";
import { bundlerCredentials } from "../detectors/secrets/bundler-credentials.ts";
import { cerebrasKey } from "../detectors/secrets/cerebras-key.ts";
import { circleciToken } from "../detectors/secrets/circleci-token.ts";
import { clojarsToken } from "../detectors/secrets/clojars-token.ts";
import { cloudantKey } from "../detectors/secrets/cloudant-key.ts";
import { cloudflareKeyed } from "../detectors/secrets/cloudflare-keyed.ts";
import { cloudflareToken } from "../detectors/secrets/cloudflare-token.ts";
import { cohereKey } from "../detectors/secrets/cohere-key.ts";
import { commandCredentials } from "../detectors/secrets/command-credentials.ts";
import { confluentSecret } from "../detectors/secrets/confluent-secret.ts";
import { connectionCredentials } from "../detectors/secrets/connection-credentials.ts";
import { contentfulToken } from "../detectors/secrets/contentful-token.ts";
import { cratesIoToken } from "../detectors/secrets/crates-io-token.ts";
import { databricksToken } from "../detectors/secrets/databricks-token.ts";
import { datadogKey } from "../detectors/secrets/datadog-key.ts";
import { deepseekKey } from "../detectors/secrets/deepseek-key.ts";
import { dependencyTrackKey } from "../detectors/secrets/dependency-track-key.ts";
import { digitalOceanSpacesKey } from "../detectors/secrets/digital-ocean-spaces-key.ts";
import { digitalOceanToken } from "../detectors/secrets/digital-ocean-token.ts";
import { discordToken } from "../detectors/secrets/discord-token.ts";
import { discordWebhook } from "../detectors/secrets/discord-webhook.ts";
import { dockerToken } from "../detectors/secrets/docker-token.ts";
import { dopplerToken } from "../detectors/secrets/doppler-token.ts";
import { dotnetCredential } from "../detectors/secrets/dotnet-credential.ts";
import { duffelToken } from "../detectors/secrets/duffel-token.ts";
import { dynatraceToken } from "../detectors/secrets/dynatrace-token.ts";
import { e2bKey } from "../detectors/secrets/e2b-key.ts";
import { easypostKey } from "../detectors/secrets/easypost-key.ts";
import { elasticToken } from "../detectors/secrets/elastic-token.ts";
import { elevenlabsKey } from "../detectors/secrets/elevenlabs-key.ts";
import { facebookSecret } from "../detectors/secrets/facebook-secret.ts";
import { facebookToken } from "../detectors/secrets/facebook-token.ts";
import { fastlyKey } from "../detectors/secrets/fastly-key.ts";
import { figmaToken } from "../detectors/secrets/figma-token.ts";
import { firebaseMessagingKey } from "../detectors/secrets/firebase-messaging-key.ts";
import { fireworksKey } from "../detectors/secrets/fireworks-key.ts";
import { flutterwaveKey } from "../detectors/secrets/flutterwave-key.ts";
import { flyToken } from "../detectors/secrets/fly-token.ts";
import { frameioToken } from "../detectors/secrets/frameio-token.ts";
import { genericSecret } from "../detectors/secrets/generic-secret.ts";
import { githubFineGrainedToken } from "../detectors/secrets/github-fine-grained-token.ts";
import { githubToken } from "../detectors/secrets/github-token.ts";
import { githubTokenUnchecked } from "../detectors/secrets/github-token-unchecked.ts";
import { gitlabRunnerToken } from "../detectors/secrets/gitlab-runner-token.ts";
import { gitlabToken } from "../detectors/secrets/gitlab-token.ts";
import { googleApiKey } from "../detectors/secrets/google-api-key.ts";
import { googleHmacKey } from "../detectors/secrets/google-hmac-key.ts";
import { googleOauth } from "../detectors/secrets/google-oauth.ts";
import { googleRefreshToken } from "../detectors/secrets/google-refresh-token.ts";
import { grafanaToken } from "../detectors/secrets/grafana-token.ts";
import { groqKey } from "../detectors/secrets/groq-key.ts";
import { hashicorpToken } from "../detectors/secrets/hashicorp-token.ts";
import { herokuKey } from "../detectors/secrets/heroku-key.ts";
import { herokuKeyed } from "../detectors/secrets/heroku-keyed.ts";
import { honeycombKey } from "../detectors/secrets/honeycomb-key.ts";
import { httpBasic } from "../detectors/secrets/http-basic.ts";
import { httpBearer } from "../detectors/secrets/http-bearer.ts";
import { hubspotToken } from "../detectors/secrets/hubspot-token.ts";
import { huggingFaceToken } from "../detectors/secrets/hugging-face-token.ts";
import { ibmCloudKey } from "../detectors/secrets/ibm-cloud-key.ts";
import { infisicalToken } from "../detectors/secrets/infisical-token.ts";
import { infracostKey } from "../detectors/secrets/infracost-key.ts";
import { intra42Secret } from "../detectors/secrets/intra42-secret.ts";
import { jenkinsCrumb } from "../detectors/secrets/jenkins-crumb.ts";
import { jfrogKeyed } from "../detectors/secrets/jfrog-keyed.ts";
import { jinaKey } from "../detectors/secrets/jina-key.ts";
import { jwt } from "../detectors/secrets/jwt.ts";
import { langfuseKey } from "../detectors/secrets/langfuse-key.ts";
import { langsmithKey } from "../detectors/secrets/langsmith-key.ts";
import { launchdarklyKey } from "../detectors/secrets/launchdarkly-key.ts";
import { linearKey } from "../detectors/secrets/linear-key.ts";
import { linkedinSecret } from "../detectors/secrets/linkedin-secret.ts";
import { lobKey } from "../detectors/secrets/lob-key.ts";
import { mailchimpKey } from "../detectors/secrets/mailchimp-key.ts";
import { mailgunKey } from "../detectors/secrets/mailgun-key.ts";
import { mailgunKeyed } from "../detectors/secrets/mailgun-keyed.ts";
import { mapboxToken } from "../detectors/secrets/mapbox-token.ts";
import { mistralKey } from "../detectors/secrets/mistral-key.ts";
import { mongodbAtlasSecret } from "../detectors/secrets/mongodb-atlas-secret.ts";
import { neonKey } from "../detectors/secrets/neon-key.ts";
import { netlifyToken } from "../detectors/secrets/netlify-token.ts";
import { netrcPassword } from "../detectors/secrets/netrc-password.ts";
import { newRelicKey } from "../detectors/secrets/new-relic-key.ts";
import { newRelicLicenseKey } from "../detectors/secrets/new-relic-license-key.ts";
import { ngrokToken } from "../detectors/secrets/ngrok-token.ts";
import { notionToken } from "../detectors/secrets/notion-token.ts";
import { npmToken } from "../detectors/secrets/npm-token.ts";
import { npmTokenUnchecked } from "../detectors/secrets/npm-token-unchecked.ts";
import { nugetKey } from "../detectors/secrets/nuget-key.ts";
import { nvidiaKey } from "../detectors/secrets/nvidia-key.ts";
import { oktaToken } from "../detectors/secrets/okta-token.ts";
import { onePasswordSecretKey } from "../detectors/secrets/one-password-secret-key.ts";
import { onePasswordToken } from "../detectors/secrets/one-password-token.ts";
import { openaiKey } from "../detectors/secrets/openai-key.ts";
import { openrouterKey } from "../detectors/secrets/openrouter-key.ts";
import { openshiftToken } from "../detectors/secrets/openshift-token.ts";
import { password } from "../detectors/secrets/password.ts";
import { passwordHash } from "../detectors/secrets/password-hash.ts";
import { perplexityKey } from "../detectors/secrets/perplexity-key.ts";
import { pineconeKey } from "../detectors/secrets/pinecone-key.ts";
import { plaidToken } from "../detectors/secrets/plaid-token.ts";
import { planetscaleToken } from "../detectors/secrets/planetscale-token.ts";
import { postmanKey } from "../detectors/secrets/postman-key.ts";
import { postmarkToken } from "../detectors/secrets/postmark-token.ts";
import { prefectKey } from "../detectors/secrets/prefect-key.ts";
import { privateKey } from "../detectors/secrets/private-key.ts";
import { pulumiToken } from "../detectors/secrets/pulumi-token.ts";
import { puttyKey } from "../detectors/secrets/putty-key.ts";
import { pypiToken } from "../detectors/secrets/pypi-token.ts";
import { railwayToken } from "../detectors/secrets/railway-token.ts";
import { razorpayKey } from "../detectors/secrets/razorpay-key.ts";
import { readmeKey } from "../detectors/secrets/readme-key.ts";
import { renderKey } from "../detectors/secrets/render-key.ts";
import { replicateToken } from "../detectors/secrets/replicate-token.ts";
import { resendKey } from "../detectors/secrets/resend-key.ts";
import { rubygemsKey } from "../detectors/secrets/rubygems-key.ts";
import { salesforceToken } from "../detectors/secrets/salesforce-token.ts";
import { segmentToken } from "../detectors/secrets/segment-token.ts";
import { sendgridKey } from "../detectors/secrets/sendgrid-key.ts";
import { sentryDsn } from "../detectors/secrets/sentry-dsn.ts";
import { sentryToken } from "../detectors/secrets/sentry-token.ts";
import { settlemintToken } from "../detectors/secrets/settlemint-token.ts";
import { shippoToken } from "../detectors/secrets/shippo-token.ts";
import { shopifyToken } from "../detectors/secrets/shopify-token.ts";
import { slackToken } from "../detectors/secrets/slack-token.ts";
import { slackWebhook } from "../detectors/secrets/slack-webhook.ts";
import { snykToken } from "../detectors/secrets/snyk-token.ts";
import { softlayerKey } from "../detectors/secrets/softlayer-key.ts";
import { sonarLogin } from "../detectors/secrets/sonar-login.ts";
import { sonarToken } from "../detectors/secrets/sonar-token.ts";
import { sourcegraphToken } from "../detectors/secrets/sourcegraph-token.ts";
import { splunkToken } from "../detectors/secrets/splunk-token.ts";
import { squareToken } from "../detectors/secrets/square-token.ts";
import { stripeKey } from "../detectors/secrets/stripe-key.ts";
import { sumoLogicKey } from "../detectors/secrets/sumo-logic-key.ts";
import { supabaseToken } from "../detectors/secrets/supabase-token.ts";
import { tailscaleKey } from "../detectors/secrets/tailscale-key.ts";
import { tavilyKey } from "../detectors/secrets/tavily-key.ts";
import { teamcityToken } from "../detectors/secrets/teamcity-token.ts";
import { teamsWebhook } from "../detectors/secrets/teams-webhook.ts";
import { telegramToken } from "../detectors/secrets/telegram-token.ts";
import { tencentSecretId } from "../detectors/secrets/tencent-secret-id.ts";
import { thingsboardToken } from "../detectors/secrets/thingsboard-token.ts";
import { togetherKey } from "../detectors/secrets/together-key.ts";
import { travisToken } from "../detectors/secrets/travis-token.ts";
import { truenasKey } from "../detectors/secrets/truenas-key.ts";
import { twilioAuthToken } from "../detectors/secrets/twilio-auth-token.ts";
import { twilioKey } from "../detectors/secrets/twilio-key.ts";
import { twitchStreamKey } from "../detectors/secrets/twitch-stream-key.ts";
import { twitterBearerToken } from "../detectors/secrets/twitter-bearer-token.ts";
import { twitterKeyed } from "../detectors/secrets/twitter-keyed.ts";
import { typeformToken } from "../detectors/secrets/typeform-token.ts";
import { urlCredentials } from "../detectors/secrets/url-credentials.ts";
import { urlSignature } from "../detectors/secrets/url-signature.ts";
import { vaultUnsealKey } from "../detectors/secrets/vault-unseal-key.ts";
import { vercelToken } from "../detectors/secrets/vercel-token.ts";
import { xaiKey } from "../detectors/secrets/xai-key.ts";
import { yandexToken } from "../detectors/secrets/yandex-token.ts";
import { zapierWebhook } from "../detectors/secrets/zapier-webhook.ts";

/** Credentials of people and programs. */
export const SECRETS: readonly DetectorDefinition[] = [
  password,
  genericSecret,
  passwordHash,
  netrcPassword,
  commandCredentials,
  bundlerCredentials,
  dotnetCredential,
  urlCredentials,
  urlSignature,
  jwt,
  privateKey,
  puttyKey,
  httpBearer,
  httpBasic,
  adafruitKey,
  adobeSecret,
  adyenKey,
  ageSecretKey,
  airtableToken,
  algoliaKey,
  alibabaAccessKey,
  anthropicKey,
  artifactoryToken,
  asanaKeyed,
  asanaToken,
  atlassianToken,
  auth0Secret,
  awsAccessKey,
  awsBedrockKey,
  awsMwsToken,
  awsSecretKey,
  awsSessionToken,
  azureAnnotatedKey,
  azureAppConfigurationSecret,
  azureClientSecret,
  azureDevopsToken,
  azureSearchKey,
  azureSharedAccessKey,
  azureStorageKey,
  blynkSecret,
  braintreeToken,
  brevoKey,
  buildkiteToken,
  cerebrasKey,
  circleciToken,
  clojarsToken,
  cloudantKey,
  cloudflareKeyed,
  cloudflareToken,
  cohereKey,
  confluentSecret,
  connectionCredentials,
  contentfulToken,
  cratesIoToken,
  databricksToken,
  datadogKey,
  deepseekKey,
  dependencyTrackKey,
  digitalOceanSpacesKey,
  digitalOceanToken,
  discordToken,
  discordWebhook,
  dockerToken,
  dopplerToken,
  duffelToken,
  dynatraceToken,
  e2bKey,
  easypostKey,
  elasticToken,
  elevenlabsKey,
  facebookSecret,
  facebookToken,
  fastlyKey,
  figmaToken,
  firebaseMessagingKey,
  fireworksKey,
  flutterwaveKey,
  flyToken,
  frameioToken,
  githubFineGrainedToken,
  githubToken,
  githubTokenUnchecked,
  gitlabRunnerToken,
  gitlabToken,
  googleApiKey,
  googleHmacKey,
  googleOauth,
  googleRefreshToken,
  grafanaToken,
  groqKey,
  hashicorpToken,
  herokuKey,
  herokuKeyed,
  honeycombKey,
  hubspotToken,
  huggingFaceToken,
  ibmCloudKey,
  infisicalToken,
  infracostKey,
  intra42Secret,
  jenkinsCrumb,
  jfrogKeyed,
  jinaKey,
  langfuseKey,
  langsmithKey,
  launchdarklyKey,
  linearKey,
  linkedinSecret,
  lobKey,
  mailchimpKey,
  mailgunKey,
  mailgunKeyed,
  mapboxToken,
  mistralKey,
  mongodbAtlasSecret,
  neonKey,
  netlifyToken,
  newRelicKey,
  newRelicLicenseKey,
  ngrokToken,
  notionToken,
  npmToken,
  npmTokenUnchecked,
  nugetKey,
  nvidiaKey,
  oktaToken,
  onePasswordSecretKey,
  onePasswordToken,
  openaiKey,
  openrouterKey,
  openshiftToken,
  perplexityKey,
  pineconeKey,
  plaidToken,
  planetscaleToken,
  postmanKey,
  postmarkToken,
  prefectKey,
  pulumiToken,
  pypiToken,
  railwayToken,
  razorpayKey,
  readmeKey,
  renderKey,
  replicateToken,
  resendKey,
  rubygemsKey,
  salesforceToken,
  segmentToken,
  sendgridKey,
  sentryDsn,
  sentryToken,
  settlemintToken,
  shippoToken,
  shopifyToken,
  slackToken,
  slackWebhook,
  snykToken,
  softlayerKey,
  sonarLogin,
  sonarToken,
  sourcegraphToken,
  splunkToken,
  squareToken,
  stripeKey,
  sumoLogicKey,
  supabaseToken,
  tailscaleKey,
  tavilyKey,
  teamcityToken,
  teamsWebhook,
  telegramToken,
  tencentSecretId,
  thingsboardToken,
  togetherKey,
  travisToken,
  truenasKey,
  twilioAuthToken,
  twilioKey,
  twitchStreamKey,
  twitterBearerToken,
  twitterKeyed,
  typeformToken,
  vaultUnsealKey,
  vercelToken,
  xaiKey,
  yandexToken,
  zapierWebhook,
];
