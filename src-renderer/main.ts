/** Starts the screens: connects to the workbench over whichever transport exists and mounts the frame. */
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './app/App.vue';
import { createScreenRouter } from './app/router';
import './app/base.css';
import { connectBackend } from './backend/connect-backend';
import { backendKey } from './backend/use-backend';

const app = createApp(App);
app.provide(backendKey, connectBackend(window));
app.use(createPinia());
app.use(createScreenRouter());
app.mount('#app');
