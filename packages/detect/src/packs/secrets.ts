import type { DetectorDefinition } from "../detector.ts";
import { ageSecretKey } from "../detectors/secrets/age-secret-key.ts";
import { anthropicKey } from "../detectors/secrets/anthropic-key.ts";
import { atlassianToken } from "../detectors/secrets/atlassian-token.ts";
import { awsAccessKey } from "../detectors/secrets/aws-access-key.ts";
import { awsSecretKey } from "../detectors/secrets/aws-secret-key.ts";
import { azureClientSecret } from "../detectors/secrets/azure-client-secret.ts";
import { azureStorageKey } from "../detectors/secrets/azure-storage-key.ts";
import { databricksToken } from "../detectors/secrets/databricks-token.ts";
import { digitalOceanToken } from "../detectors/secrets/digital-ocean-token.ts";
import { dockerToken } from "../detectors/secrets/docker-token.ts";
import { genericSecret } from "../detectors/secrets/generic-secret.ts";
import { githubToken } from "../detectors/secrets/github-token.ts";
import { gitlabToken } from "../detectors/secrets/gitlab-token.ts";
import { googleApiKey } from "../detectors/secrets/google-api-key.ts";
import { googleOauth } from "../detectors/secrets/google-oauth.ts";
import { grafanaToken } from "../detectors/secrets/grafana-token.ts";
import { hashicorpToken } from "../detectors/secrets/hashicorp-token.ts";
import { httpBasic } from "../detectors/secrets/http-basic.ts";
import { httpBearer } from "../detectors/secrets/http-bearer.ts";
import { huggingFaceToken } from "../detectors/secrets/hugging-face-token.ts";
import { jwt } from "../detectors/secrets/jwt.ts";
import { newRelicKey } from "../detectors/secrets/new-relic-key.ts";
import { npmToken } from "../detectors/secrets/npm-token.ts";
import { openaiKey } from "../detectors/secrets/openai-key.ts";
import { password } from "../detectors/secrets/password.ts";
import { planetscaleToken } from "../detectors/secrets/planetscale-token.ts";
import { postmanKey } from "../detectors/secrets/postman-key.ts";
import { privateKey } from "../detectors/secrets/private-key.ts";
import { pypiToken } from "../detectors/secrets/pypi-token.ts";
import { sendgridKey } from "../detectors/secrets/sendgrid-key.ts";
import { sentryToken } from "../detectors/secrets/sentry-token.ts";
import { shopifyToken } from "../detectors/secrets/shopify-token.ts";
import { slackToken } from "../detectors/secrets/slack-token.ts";
import { slackWebhook } from "../detectors/secrets/slack-webhook.ts";
import { stripeKey } from "../detectors/secrets/stripe-key.ts";
import { telegramToken } from "../detectors/secrets/telegram-token.ts";
import { urlCredentials } from "../detectors/secrets/url-credentials.ts";
import { urlSignature } from "../detectors/secrets/url-signature.ts";

/** Credentials of people and programs. */
export const SECRETS: readonly DetectorDefinition[] = [
  password,
  genericSecret,
  urlCredentials,
  urlSignature,
  jwt,
  privateKey,
  httpBearer,
  httpBasic,
  ageSecretKey,
  anthropicKey,
  atlassianToken,
  awsAccessKey,
  awsSecretKey,
  azureClientSecret,
  azureStorageKey,
  databricksToken,
  digitalOceanToken,
  dockerToken,
  githubToken,
  gitlabToken,
  googleApiKey,
  googleOauth,
  grafanaToken,
  hashicorpToken,
  huggingFaceToken,
  newRelicKey,
  npmToken,
  openaiKey,
  planetscaleToken,
  postmanKey,
  pypiToken,
  sendgridKey,
  sentryToken,
  shopifyToken,
  slackToken,
  slackWebhook,
  stripeKey,
  telegramToken,
];
